"""What is offered to those who have not said what they want."""

from dataclasses import replace
from typing import Any

from knowledge.answering.clarify import open_question
from knowledge.answering.matters import MainMatters, main_matters
from knowledge.domain import ClarifyOption, FaqEntry, Referral


def faq(faq_id: str, procedure: str, *narrowing: tuple[str, str], **more: Any) -> FaqEntry:
    made = FaqEntry(
        faq_id, f"{faq_id}の{procedure}はどうなりますか。", "答え", facets=(("procedure", procedure), *narrowing)
    )
    return replace(made, **more)


ABROAD = ("place", "国外")
ENTRIES = [
    faq("A1", "更新", ABROAD), faq("A2", "更新"), faq("A3", "受取", ABROAD), faq("A4", "受取"), faq("A5", "受取"),
    faq("A6", "確認"), faq("A7", "確認"), faq("A8", "確認"), faq("A9", "確認"), faq("B1", "再交付"), faq("B2", "廃止"),
    faq("B3", "再交付", visibility="operator"), faq("B4", "再交付", referral=Referral("水道課", "")),
]  # fmt: skip


def test_the_most_general_faq_of_the_largest_procedures_that_tell_something_are_offered() -> None:
    shown = [e for e in ENTRIES if e.referral is None and e.visibility == "public"]
    assert main_matters(shown) == (
        ClarifyOption("A4の受取", "A4"),
        ClarifyOption("A2の更新", "A2"),
        ClarifyOption("B1の再交付", "B1"),
    )


def test_citizens_are_offered_public_faq_only_and_changes_are_followed() -> None:
    entries = {e.faq_id: e for e in ENTRIES}
    matters = MainMatters(lambda: entries)
    assert [o.faq_id for o in matters.main("web")] == ["A4", "A2", "B1"]
    assert matters.has("受取")
    assert not matters.has("水道課")
    entries = {"B3": entries["B3"]}
    assert matters.main("web") == ()
    assert [o.faq_id for o in matters.main("operator")] == ["B3"]
    assert not matters.has("受取")


def test_things_are_told_from_what_one_does_with_them() -> None:
    entries = {"A1": faq("A1", "更新", ("thing", "暗証番号"))}
    matters = MainMatters(lambda: entries)
    assert matters.is_thing("暗証番号")
    assert not matters.is_thing("更新")
    assert matters.has("更新")


def test_part_of_a_name_and_what_several_ask_about_are_matters_of_ours() -> None:
    made = [faq("A1", "新規申請", ("thing", "顔写真"))]
    made += [replace(faq(f"B{n}", "受取"), question=f"はがきの{n}はどうなりますか。") for n in range(3)]
    entries = {e.faq_id: e for e in made}
    matters = MainMatters(lambda: entries)
    assert matters.has("写真")
    assert matters.has("はがき")
    assert not matters.has("水道")
    entries = {e.faq_id: e for e in made[:3]}
    assert not matters.has("はがき")


def test_without_any_matter_nothing_is_asked() -> None:
    option = ClarifyOption("受取", "A4")
    asked = open_question([option])
    assert asked is not None
    assert asked.options == (option,)
    assert open_question(()) is None
