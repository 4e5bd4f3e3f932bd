"""Log events and the optional name model."""

import json
import sys

import pytest
import structlog

from knowledge.privacy.ginza_names import GinzaNames
from knowledge.privacy.log_events import redact_event
from knowledge.privacy.redactor import RuleRedactor

_REDACTOR = RuleRedactor()
_NUMBER = "123456789012"


def test_every_string_of_an_event_is_redacted() -> None:
    event = {
        "event": f"lookup {_NUMBER}",
        "path": f"/apply?mynumber={_NUMBER}",
        "nested": {"list": ["電話は090-1234-5678", ("山田花子と申します", None, 3, 1.5)], _NUMBER: b"123456789012"},
        "count": 123_456_789_012,
        "small": 42,
        "timestamp": "2026-11-03T08:30:00.123456789012Z",
        "error": ValueError(f"bad {_NUMBER}"),
    }
    result = redact_event(_REDACTOR)(None, "info", event)
    rest = {key: value for key, value in result.items() if key != "timestamp"}
    written = json.dumps(rest, ensure_ascii=False)
    assert _NUMBER not in written
    assert "山田" not in written
    assert "1234-5678" not in written
    assert result["small"] == 42
    assert result["timestamp"] == event["timestamp"]


def test_exception_text_is_redacted_whichever_way_it_arrives() -> None:
    try:
        raise RuntimeError(f"no such person {_NUMBER}")
    except RuntimeError as error:
        for info in (True, error, (type(error), error, error.__traceback__)):
            result = redact_event(_REDACTOR)(None, "error", {"event": "x", "exc_info": info})
            assert _NUMBER not in str(result)
            assert "RuntimeError" in str(result["exc_info"])


def test_an_object_that_cannot_be_printed_does_not_stop_logging() -> None:
    class Broken:
        def __str__(self) -> str:
            raise RuntimeError(_NUMBER)

    assert redact_event(_REDACTOR)(None, "info", {"event": "x", "thing": Broken()})["thing"] == "<Broken>"


def test_it_works_inside_structlog(capsys: pytest.CaptureFixture[str]) -> None:
    logger = structlog.wrap_logger(
        structlog.PrintLogger(sys.stdout),
        processors=[redact_event(_REDACTOR), structlog.processors.JSONRenderer(ensure_ascii=False)],
    )
    logger.info("電話", number="080-1234-5678")
    assert json.loads(capsys.readouterr().out) == {"event": "電話", "number": "【電話番号】"}


class _FixedNames:
    def names(self, text: str) -> list[tuple[int, int]]:
        at = text.find("ファム・ミン・ホア")
        return [(at, at + 9)] if at >= 0 else []


def test_a_second_name_finder_adds_to_the_rules() -> None:
    redactor = RuleRedactor(name_finder=_FixedNames())
    assert redactor.redact("ファム・ミン・ホアの件、090-1234-5678").text == "【氏名】の件、【電話番号】"
    assert redactor.redact("カードの件").text == "カードの件"


class _Counting(_FixedNames):
    def __init__(self) -> None:
        self.read: list[str] = []

    def names(self, text: str) -> list[tuple[int, int]]:
        self.read.append(text)
        return super().names(text)


def test_only_a_text_that_holds_nothing_personal_is_not_read_again() -> None:
    finder = _Counting()
    redactor = RuleRedactor(name_finder=finder)
    for _ in range(3):
        assert redactor.redact("カードの件").kinds == frozenset()
        assert redactor.redact("ファム・ミン・ホアの件").text == "【氏名】の件"
    assert finder.read.count("カードの件") == 1
    assert finder.read.count("ファム・ミン・ホアの件") == 3


def test_a_missing_model_finds_nothing_and_says_so() -> None:
    finder = GinzaNames("no_such_model_here")
    assert finder.names("山田花子です") == []
    assert not finder.available


@pytest.fixture(scope="module")
def ginza() -> GinzaNames:
    finder = GinzaNames()
    if not finder.available:
        pytest.skip("the GiNZA model is not installed")
    return finder


@pytest.mark.filterwarnings("ignore")
def test_ginza_finds_a_person_in_running_text(ginza: GinzaNames) -> None:
    text = "昨日、田中一郎が窓口に来ました"
    assert (3, 7) in ginza.names(text)
