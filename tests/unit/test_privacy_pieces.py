"""Numbers told in pieces and numbers taken back: what belongs together, and what does not."""

import pytest

from knowledge.privacy.officials import officials
from knowledge.privacy.redactor import RuleRedactor


@pytest.mark.parametrize(
    "text",
    [
        "手数料は200円と800円で合わせて1000円です",
        "受付は8時30分から、12時から13時は昼休みですか",
        "5番窓口で待って、次に7番に行きました",
        "12月じゃなくて1月から始まるんですよね",
        "2026/12/28、2027/01/04は休みです",
        "1234や5678は使えません",
        "マイナンバーの期限は2030年で、問い合わせは0120-95-0178です",
        "有効期限2030年3月3日、生年月日は別に聞かれます",
        "0120-95-0178じゃなくて0570-783-578でした",
    ],
)
def test_numbers_that_belong_to_nobody_stay(text: str) -> None:
    assert RuleRedactor().redact(text).text == text


def test_pieces_end_with_the_sentence() -> None:
    assert RuleRedactor().redact("1234でした。5678でした。9012でした。").spans == ()


def test_the_citys_own_number_is_no_half_of_a_correction() -> None:
    redactor = RuleRedactor(officials(("0598-53-4000",)))
    assert redactor.redact("0598-53-4000じゃなくて080-1234-5678です").text == "0598-53-4000じゃなくて【電話番号】です"


def test_the_new_half_of_a_number_is_hidden_too() -> None:
    text = "070-4455-1298、最後は1298じゃなくて1299でした"
    assert RuleRedactor().redact(text).text == "【電話番号】、最後は【電話番号】じゃなくて【電話番号】でした"


def test_parts_of_a_my_number_are_hidden_after_its_name() -> None:
    text = "マイナンバーの下四桁は7788で上は445566ですけど"
    assert RuleRedactor().redact(text).text == "マイナンバーの下四桁は【番号】で上は【個人番号】ですけど"
