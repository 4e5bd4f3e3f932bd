"""The model helps with follow-ups only where rules see nothing, and only with what the conversation holds."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge.answering.conversation import Talk
from knowledge.answering.followup import FollowUps
from knowledge.clock import FixedClock
from knowledge.language.rewriting import Rewriter
from knowledge.language.wire import WireError
from knowledge.privacy.redacted import RedactedText
from knowledge.privacy.redactor import RuleRedactor
from tests.fakes import small_city
from tests.fakes.language import FakeWire, language_service

TALK = Talk("カードの更新はいつからできますか。", "A1", (RedactedText("カードの期限が2027年3月に切れます"),))
SAID = RedactedText("早めに行きたいんだけど")


def rewriter(folder: Path, wire: FakeWire | None) -> Rewriter:
    redactor = RuleRedactor()
    model = language_service(folder, FixedClock(datetime(2026, 11, 27, tzinfo=UTC)), wire)
    return Rewriter(FollowUps(small_city.tokenizer(), redactor), model, redactor)


def test_rules_need_no_model(tmp_path: Path) -> None:
    wire = FakeWire("別の文")
    whole = rewriter(tmp_path, wire).by_rule(RedactedText("じゃあ代理人の場合は？"), TALK)
    assert whole is not None
    assert "代理人" in whole.text
    assert wire.asked == []


def test_the_model_fills_in_what_is_missing(tmp_path: Path) -> None:
    wire = FakeWire("カードの更新は有効期限のどのくらい前からできますか")
    found = rewriter(tmp_path, wire).by_model(SAID, TALK)
    assert found is not None
    assert found.text == "カードの更新は有効期限のどのくらい前からできますか"


@pytest.mark.parametrize(
    "written",
    [
        "カードの更新は90日前からできますか",
        "https://evil.example/ を見て",
        "一行目\n二行目",
        "",
        "長い" * 100,
        str(SAID),
    ],
)
def test_what_the_conversation_does_not_hold_is_not_used(tmp_path: Path, written: str) -> None:
    assert rewriter(tmp_path, FakeWire(written)).by_model(SAID, TALK) is None


@pytest.mark.parametrize("wire", [None, FakeWire(WireError("timeout"))])
def test_without_a_model_the_words_stand_as_they_are(tmp_path: Path, wire: FakeWire | None) -> None:
    assert rewriter(tmp_path, wire).by_model(SAID, TALK) is None


def test_a_first_or_a_long_utterance_is_never_sent(tmp_path: Path) -> None:
    wire = FakeWire("何か")
    asking = rewriter(tmp_path, wire)
    asking.by_model(SAID, Talk())
    asking.by_model(RedactedText("長い話です。" * 20), TALK)
    assert wire.asked == []
