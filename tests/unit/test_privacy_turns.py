"""A number and its pieces in several turns; what was asked tells what the answer is."""

import pytest

from knowledge.privacy.redactor import RuleRedactor
from knowledge.privacy.turns import only_digits, redact_turn

_REDACTOR = RuleRedactor()


def _call(*turns: str) -> list[str]:
    """Each turn after what was said before it, as the operator's screen hears a call."""
    shown: list[str] = []
    for turn in turns:
        shown.append(str(redact_turn(_REDACTOR, shown[-1] if shown else "", turn).text))
    return shown


@pytest.mark.parametrize(
    "turns",
    [
        ("4433です", "はい", "2211です", "はい", "0099です"),
        ("よんよんさんさん", "よんよんさんさん", "にーにーいちいち", "ぜろぜろきゅうきゅう"),
        ("えっと、4、4、3、3", "2、2、1、1", "0、0、9、9です"),
        ("445566です", "残りは778897です"),
        ("090の", "1234", "5678です"),
    ],
)
def test_a_number_told_over_several_turns_is_never_shown(turns: tuple[str, ...]) -> None:
    assert not any(char.isdigit() for text in _call(*turns) for char in text)


@pytest.mark.parametrize(
    "text", ["3番です", "1000円ですか", "10月15日です", "12時半です", "110番", "0120-95-0178です", "はい"]
)
def test_choices_amounts_and_public_lines_stay(text: str) -> None:
    assert not only_digits(text)
    assert redact_turn(_REDACTOR, "何番ですか。", text).text == text


@pytest.mark.parametrize(
    ("asked", "said", "shown"),
    [
        ("お名前をお願いいたします。", "東です", "【氏名】です"),
        ("お名前をお願いできますか。", "はい、松阪です", "はい、【氏名】です"),
        ("ご住所をお願いします。", "緑町の2の7です", "【住所】です"),
        ("暗証番号は何番にしましたか、とは伺いません", "カードを受け取りたいです", "カードを受け取りたいです"),
    ],
)
def test_the_question_tells_what_the_answer_is(asked: str, said: str, shown: str) -> None:
    assert _call(asked, said)[1] == shown


def test_spans_are_places_in_the_turn_alone() -> None:
    redaction = redact_turn(_REDACTOR, "お名前をお願いいたします。", "東です")
    assert redaction.spans == ((0, 1, "name"),)
