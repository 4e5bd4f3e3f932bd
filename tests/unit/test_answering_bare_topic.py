"""Which words only name a matter."""

import pytest

from knowledge.answering.bare_topic import is_bare_topic
from knowledge.text.normalise import normalise


@pytest.mark.parametrize(
    "text",
    [
        "カードの有効期限", "マイナンバーカードの有効期限", "暗証番号", "予約", "えっと、予約のことなんですけど", "更新のことでお電話したんですけど。",
        "有効期限のことを聞きたいんですけど", "子どものカードなんですけど", "引っ越し　マイナンバーカード", "お写真について教えてください",
        "変更したいんですけど", "すみません、取り消ししたいです", "代わりに行ってもいいですか", "家族が行っても大丈夫ですか",
    ],
)  # fmt: skip
def test_a_matter_is_named(text: str) -> None:
    assert is_bare_topic(normalise(text))


@pytest.mark.parametrize(
    "text",
    [
        "", "。", "もしもし", "マイナンバーカード", "暗証番号を忘れました", "更新したいんですけど", "手数料いくら", "電子証明書の有効期限", "証明写真 サイズ 何センチ",
        "通知カード再発行", "カードなくした", "マイナンバー変更請求", "予約の変更",
        "予約を変更したいんですけど", "代わりに受け取ってもいいですか", "家族が申請してもいいですか",
    ],
)  # fmt: skip
def test_something_is_asked_or_nothing_is_named(text: str) -> None:
    assert not is_bare_topic(normalise(text))
