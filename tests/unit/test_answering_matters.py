"""What is offered to those who have not said what they want."""

from dataclasses import replace

from knowledge.answering.clarify import open_question
from knowledge.answering.matters import MainMatters, main_matters
from knowledge.domain import Clarify, ClarifyOption, FaqEntry, Referral


def faq(faq_id: str, procedure: str, wordings: int = 0, **more: object) -> FaqEntry:
    alternatives = tuple(f"言い方{n}" for n in range(wordings))
    made = FaqEntry(
        faq_id, f"{procedure}の質問", "答え", alt_questions=alternatives, facets=(("procedure", procedure),)
    )
    return replace(made, **more)


ENTRIES = [
    faq("A1", "更新"), faq("A2", "更新", 5), faq("A3", "受取", 2), faq("A4", "受取", 2), faq("A5", "受取"),
    faq("A6", "確認"), faq("A7", "確認"), faq("A8", "確認"), faq("A9", "確認"), faq("B1", "再交付"), faq("B2", "廃止"),
    faq("B3", "再交付", visibility="operator"), faq("B4", "再交付", 9, referral=Referral("水道課", "")),
]  # fmt: skip


def test_the_largest_procedures_that_tell_something_are_offered() -> None:
    shown = [e for e in ENTRIES if e.referral is None and e.visibility == "public"]
    assert main_matters(shown) == (
        ClarifyOption("受取", "A3"),
        ClarifyOption("更新", "A2"),
        ClarifyOption("再交付", "B1"),
    )


def test_citizens_are_offered_public_faq_only_and_changes_are_followed() -> None:
    entries = {e.faq_id: e for e in ENTRIES}
    matters = MainMatters(lambda: entries)
    assert [o.faq_id for o in matters.main("web")] == ["A3", "A2", "B1"]
    entries = {"B3": entries["B3"]}
    assert matters.main("web") == ()
    assert [o.faq_id for o in matters.main("operator")] == ["B3"]


def test_the_question_names_the_matters() -> None:
    asked = open_question([ClarifyOption("受取", "A3"), ClarifyOption("更新", "A2")])
    assert isinstance(asked, Clarify)
    assert "受取、更新など" in asked.prompt
    assert open_question(()) is None
