"""Which language a question is in; Japanese when in doubt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.domain import LANGUAGES
from knowledge.text.language import detect_language


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("カードを無くしました", "ja"),
        ("医療費受給者証 併用", "ja"),
        ("里親 申請", "ja"),
        ("随時受付", "ja"),
        ("昨天窗口的人态度很差", "zh"),
        ("o certificado eletrônico está acabando", "pt"),
        ("住民票", "ja"),
        ("更新手数料", "ja"),
        ("e-Tax", "ja"),
        ("iPhone", "ja"),
        ("How do I renew my card?", "en"),
        ("I lost my card", "en"),
        ("Where can I change my address", "en"),
        ("我的卡丢了怎么办", "zh"),
        ("忘记密码了", "zh"),
        ("更新需要多少钱", "zh"),
        ("個人番號卡遺失", "zh"),
        ("請問怎麼補辦", "zh"),
        ("個人番号通知書", "ja"),
        ("再交付申請", "ja"),
        ("카드를 잃어버렸어요", "ko"),
        ("비밀번호를 잊어버렸습니다", "ko"),
        ("Tôi bị mất thẻ", "vi"),
        ("Tôi quên mật khẩu thì làm thế nào?", "vi"),
        ("Perdi meu cartão, o que faço?", "pt"),
        ("Como posso renovar o cartão?", "pt"),
        ("Nawala ang card ko, ano ang gagawin?", "tl"),
        ("Paano po mag-renew ng card?", "tl"),
        ("", "ja"),
        ("12345", "ja"),
        ("🙂", "ja"),
    ],
)
def test_detects(text: str, lang: str) -> None:
    assert detect_language(text) == lang


@given(st.text(st.characters(), max_size=120))
def test_any_text_gets_one_of_our_languages(text: str) -> None:
    assert detect_language(text) in LANGUAGES
    assert detect_language(text) == detect_language(text)


@given(
    st.text(st.characters(min_codepoint=0x3041, max_codepoint=0x3096), min_size=1, max_size=20),
    st.text("abc 漢字?", max_size=30),
)
def test_kana_is_japanese(kana: str, rest: str) -> None:
    assert detect_language(kana + rest) == "ja"
