"""Translation drafts, interpretation and foreign questions, behind the real guard rails with a scripted wire."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from knowledge.answering.answerer import Answerer, AnswererParts
from knowledge.answering.confidence import load_answer_calibration
from knowledge.answering.handover import Handovers
from knowledge.clock import FixedClock
from knowledge.domain import Answer, Channel, FaqEntry, Hit, Question, SearchQuery, SearchResult
from knowledge.errors import InvalidInput, NoLanguageModel
from knowledge.language.foreign import ByWayOfJapanese
from knowledge.language.glossary import load_glossary
from knowledge.language.interpreting import Interpreter
from knowledge.language.translating import Translator
from knowledge.language.wire import WireError
from knowledge.privacy.redacted import RedactedText, approved
from knowledge.privacy.redactor import RuleRedactor
from knowledge.profile import load_profile
from knowledge.settings import AnswerSettings, MachineTranslation
from tests.fakes.language import FakeWire, language_service, sent

CLOCK = FixedClock(datetime(2026, 11, 27, tzinfo=UTC))
GLOSSARY = load_glossary()
REDACTOR = RuleRedactor()
FEE = FaqEntry(
    "MH4011",
    "再交付の手数料はいくらですか。",
    "手数料は1,000円です。電子証明書が不要なときは800円です。",
    3,
    status="published",
)
GOOD = {
    "question": "How much is the reissue fee?",
    "answer": "The fee is 1,000 yen. If you do not need the electronic certificate (電子証明書), it is 800 yen.",
}
WRONG_FEE = {**GOOD, "answer": GOOD["answer"].replace("1,000", "100")}


def wire(*answers: object) -> FakeWire:
    texts = [a if isinstance(a, WireError | str) else json.dumps(a, ensure_ascii=False) for a in answers]
    return FakeWire(otherwise=texts[-1], script=list(texts[:-1]))


def translator(folder: Path, fake: FakeWire | None) -> Translator:
    return Translator(language_service(folder, CLOCK, fake), GLOSSARY, REDACTOR)


def test_a_draft_in_the_language_with_its_origin(tmp_path: Path) -> None:
    fake = wire(GOOD)
    made = translator(tmp_path, fake).faq(FEE, "en")
    assert made.problems == ()
    assert (made.entry.key, made.entry.status, made.entry.version) == (("MH4011", "en"), "draft", 0)
    assert "translate_answer" in made.made_by
    assert "電子証明書 → electronic certificate" in sent(fake.asked)


def test_a_wrong_fee_is_told_to_the_second_try(tmp_path: Path) -> None:
    fake = wire(WRONG_FEE, GOOD)
    made = translator(tmp_path, fake).faq(FEE, "en")
    assert made.problems == ()
    assert "1000" in sent(fake.asked[1:])


def test_what_stays_wrong_is_named_for_the_person_who_approves(tmp_path: Path) -> None:
    made = translator(tmp_path, wire(WRONG_FEE)).faq(FEE, "en")
    assert any("1000" in problem for problem in made.problems)
    assert made.entry.status == "draft"


@pytest.mark.parametrize(
    "bad", ['{"question": "half', "no json", '{"question": "a"}', '["a"]', '{"question":"","answer":""}']
)
def test_an_unreadable_output_is_no_draft(tmp_path: Path, bad: str) -> None:
    with pytest.raises(NoLanguageModel, match="読み取れる訳文"):
        translator(tmp_path, wire(bad)).faq(FEE, "en")


def test_what_the_model_writes_is_redacted(tmp_path: Path) -> None:
    leaking = {**GOOD, "answer": GOOD["answer"] + " My number is 123456789012."}
    made = translator(tmp_path, wire(leaking)).faq(FEE, "en")
    assert "123456789012" not in made.entry.answer


def interpreter(folder: Path, fake: FakeWire) -> Interpreter:
    return Interpreter(language_service(folder, CLOCK, fake), GLOSSARY, REDACTOR)


def test_a_turn_keeps_the_original_beside_it(tmp_path: Path) -> None:
    said = RedactedText("手数料は1,000円です。")
    turn = interpreter(tmp_path, wire("The fee is 1,000 yen.")).turn(said, "ja", "en")
    assert (turn.original, turn.translation, turn.problems) == (said, "The fee is 1,000 yen.", ())


def test_a_lost_number_is_shown_not_hidden(tmp_path: Path) -> None:
    turn = interpreter(tmp_path, wire("The fee is small.")).turn(RedactedText("手数料は1,000円です。"), "ja", "en")
    assert any("1000" in problem for problem in turn.problems)
    assert turn.translation == "The fee is small."


@pytest.mark.parametrize(("source", "target"), [("en", "zh"), ("ja", "ja"), ("ja", "xx")])
def test_one_side_is_japanese(tmp_path: Path, source: str, target: str) -> None:
    with pytest.raises(InvalidInput):
        interpreter(tmp_path, wire("x")).turn(RedactedText("text"), source, target)


class OneFaq:
    """Finds the fee FAQ for a Japanese question about it, and its approved translation if there is one."""

    def __init__(self, translation: FaqEntry | None = None) -> None:
        self.translation = translation

    def search(self, query: SearchQuery) -> SearchResult:
        if query.lang == "ja" and "手数料" in query.text:
            evidence = {"share": 5.0, "margin": 3.0, "meaning": 0.9, "known": 1.0}
            return SearchResult((Hit(FEE, 0.99, 0.99, ("再交付", "手数料")),), evidence=evidence)
        return SearchResult(())

    def entry(self, faq_id: str, lang: str, channel: Channel) -> FaqEntry | None:
        return self.translation if lang == "en" else FEE

    def refresh(self, keys: Sequence[tuple[str, str]] | None = None) -> None: ...

    def neighbours(self, faq_id: str, limit: int = 5) -> list[tuple[str, float]]:
        return []

    def ready(self) -> bool:
        return True


def ask(
    folder: Path,
    fake: FakeWire | None,
    allowed: MachineTranslation = "citizens",
    text: str = "What does it cost to get a new card after losing it?",
    translation: FaqEntry | None = None,
) -> Answer:
    foreign = ByWayOfJapanese(translator(folder, fake), allowed)
    parts = AnswererParts(
        OneFaq(translation), Handovers(load_profile("mihon")), CLOCK, AnswerSettings(answer_at=0.3), foreign=foreign
    )
    return Answerer(parts, None, load_answer_calibration()).answer(Question(approved(text), "web", "en"))


def test_a_foreign_question_gets_the_approved_translation(tmp_path: Path) -> None:
    translation = FaqEntry("MH4011", GOOD["question"], "The approved text.", 2, status="published", lang="en")
    answer = ask(tmp_path, wire("再交付の手数料はいくらですか"), translation=translation)
    assert answer.answer is not None
    assert (answer.answer.text, answer.answer.generated, answer.reason) == (
        "The approved text.",
        "",
        "by_way_of_japanese",
    )


def test_else_a_checked_machine_translation_if_the_city_allows(tmp_path: Path) -> None:
    answer = ask(tmp_path, wire("再交付の手数料はいくらですか", GOOD))
    assert answer.answer is not None
    assert (answer.answer.generated, answer.answer.version, answer.answer.lang) == ("translation", 3, "en")
    assert "1,000 yen" in answer.answer.text


@pytest.mark.parametrize("allowed", ["nobody", "operators"])
def test_else_a_hand_over_in_that_language(tmp_path: Path, allowed: MachineTranslation) -> None:
    answer = ask(tmp_path, wire("再交付の手数料はいくらですか", GOOD), allowed)
    assert (answer.action, answer.handoff and answer.handoff.reason) == ("handoff", "language")


def test_a_translation_that_fails_its_checks_never_reaches_a_citizen(tmp_path: Path) -> None:
    assert ask(tmp_path, wire("再交付の手数料はいくらですか", WRONG_FEE)).action == "handoff"


@pytest.mark.parametrize("fake", [None, wire(WireError("disconnected"))])
def test_without_a_model_nothing_changes(tmp_path: Path, fake: FakeWire | None) -> None:
    assert ask(tmp_path, fake).action == "handoff"


def test_japanese_typed_on_an_english_page_needs_no_model(tmp_path: Path) -> None:
    translation = FaqEntry("MH4011", GOOD["question"], "The approved text.", 2, status="published", lang="en")
    answer = ask(tmp_path, None, text="再交付の手数料はいくらですか", translation=translation)
    assert answer.answer is not None
    assert answer.answer.text == "The approved text."
