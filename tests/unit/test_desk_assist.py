"""Pure parts of the assist: stable suggestions, extractive summary, checklists, booking read-back."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.assist.checklists import choices, find_checklist, load_checklists, unsupported_leaves
from desk.assist.model import Segment, Speaker, Suggestion
from desk.assist.stable import stable_merge
from desk.assist.summary import summarise
from desk.records.booking import check_read_back, read_back_items
from knowledge.errors import ConfigurationError, InvalidInput, NotFound
from knowledge.privacy.redacted import RedactedText
from knowledge.profile import load_profile

FAQ_FILE = Path(__file__).resolve().parents[2] / "samples" / "faq.csv"
_ids = st.lists(st.sampled_from("ABCDEFG"), unique=True, max_size=3)


def said(*lines: tuple[Speaker, str]) -> list[Segment]:
    return [Segment(speaker, RedactedText(text), 0, 0, None) for speaker, text in lines]


def suggestion(faq_id: str = "MH2019", mark: str = "used") -> Suggestion:
    answer = "交付通知書をお持ちください。手数料は無料です。"
    return Suggestion(faq_id, 3, "持ち物は何ですか。", answer, "", "", "", "", "", (), 0.9, mark)  # type: ignore[arg-type]


@given(_ids, _ids, st.sets(st.sampled_from("ABCDEFG")))
def test_places_change_only_when_they_must(shown: list[str], best: list[str], kept: set[str]) -> None:
    merged = stable_merge(shown, best, kept)
    assert len(set(merged)) == len(merged) <= 3
    assert set(merged) <= {*shown, *best}
    assert kept & set(shown) <= set(merged)
    survivors = [one for one in shown if one in merged]
    assert [one for one in merged if one in shown] == survivors
    if len(merged) == 3 and len(shown) == 3:
        assert all(merged[place] == one for place, one in enumerate(shown) if one in merged)


@given(_ids, _ids)
def test_the_best_are_shown(shown: list[str], best: list[str]) -> None:
    assert set(stable_merge(shown, best)) >= set(best)


def test_a_new_best_takes_a_free_place_not_the_first() -> None:
    assert stable_merge(["A", "B", "C"], ["D", "A", "C"]) == ("A", "D", "C")


def test_summary_is_made_of_what_was_said_and_approved() -> None:
    transcript = said(
        ("operator", "お電話ありがとうございます。見本市コールセンターです。"),
        ("citizen", "もしもし。カードの受け取りに行きたいんですが、何を持って行けばいいですか。"),
        ("operator", "交付通知書と本人確認書類をお持ちください。"),
        ("citizen", "はがきがまだ届いていないんです。"),
        ("operator", "確認して、担当から折り返しご連絡します。"),
    )
    made = summarise(transcript, [suggestion()])
    assert "何を持って行けばいいですか" in made.inquiry
    assert "交付通知書をお持ちください。" in made.answer
    assert "MH2019 第3版" in made.answer
    assert "折り返し" in made.remaining


def test_nothing_said_gives_nothing() -> None:
    made = summarise([], [])
    assert (made.inquiry, made.answer, made.action, made.remaining) == ("", "", "", "")


@given(st.lists(st.tuples(st.sampled_from(["citizen", "operator"]), st.text(max_size=80)), max_size=8))
def test_every_sentence_of_the_summary_was_said(lines: list[tuple[Speaker, str]]) -> None:
    made = summarise(said(*lines), [])
    whole = [text for _, text in lines]
    for part in (made.inquiry, made.answer, made.remaining):
        assert all(any(line in text for text in whole) for line in part.split("\n") if line)


def test_every_checklist_rests_on_a_published_faq() -> None:
    with FAQ_FILE.open(encoding="utf-8-sig", newline="") as file:
        published = {row["faq_id"] for row in csv.DictReader(file) if row["status"] == "published"}
    lists = load_checklists()
    assert len(lists) >= 25
    assert unsupported_leaves(lists, published.__contains__) == ()
    assert unsupported_leaves(lists, lambda _faq_id: False) == lists


def test_the_same_choice_gives_the_same_list() -> None:
    lists = load_checklists()
    for one in lists:
        assert find_checklist(lists, *one.key) is one
    assert "受取（初めて）" in choices(lists, who="代理人")["procedure"]
    with pytest.raises(NotFound):
        find_checklist(lists, "だれか", "なにか", "どこか")


@pytest.mark.parametrize(
    "text",
    [
        "[[checklist]]\nwho = 1",
        '[[checklist]]\nwho="a"\nprocedure="b"\ncounter="c"\nfaq_id=""\ndocuments=["d"]',
        '[[checklist]]\nwho="a"\nprocedure="b"\ncounter="c"\nfaq_id="F"\ndocuments=[]',
        '[[checklist]]\nwho="a"\nprocedure="b"\ncounter="c"\nfaq_id="F"\ndocuments=["d"]\nextra=1',
        "nonsense",
    ],
)
def test_a_broken_checklist_file_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "lists.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError):
        load_checklists(file)


def test_every_item_of_a_booking_must_be_told() -> None:
    items = read_back_items(load_profile("mihon"))
    assert items
    check_read_back(items, {item.item_id for item in items})
    with pytest.raises(InvalidInput) as refused:
        check_read_back(items, {items[0].item_id})
    assert len(refused.value.problems) == len(items) - 1
