"""Measuring automatic tags: what counts as right, and that the shipped notes name only tags that exist."""

from pathlib import Path

import pytest

from desk.records.tagging import auto_tags, shipped_rules, tag_rule, tags_of
from eval.cases import SHIPPED
from eval.lab import sample_faqs
from eval.tags import Note, load_notes, tag_figures
from knowledge.errors import NotReadable

FILES = sorted((SHIPPED / "tags").glob("*.jsonl"))


def test_figures_count_pairs_of_record_and_tag() -> None:
    notes = [Note("1", "ab", frozenset({"a", "b"}), "test"), Note("2", "c", frozenset(), "test")]
    found = tag_figures(notes, lambda note: list(note.text)[:1])
    assert (found.whole.precision.hits, found.whole.precision.total) == (1, 2)
    assert (found.whole.recall.hits, found.whole.recall.total) == (1, 2)
    assert (found.exact.hits, found.exact.total) == (0, 2)
    assert found.by_tag["c"].precision.hits == 0
    assert found.by_tag["b"].recall.total == 1


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_shipped_notes_name_tags_that_exist_and_differ(file: Path) -> None:
    notes = load_notes(file)
    assert set().union(*(note.tags for note in notes)) <= set(shipped_rules())
    assert len({note.text for note in notes}) == len({note.id for note in notes}) == len(notes)


def test_there_are_enough_notes_and_a_split_of_its_own() -> None:
    assert len(load_notes(SHIPPED / "tags" / "notes.jsonl")) >= 150
    assert len(load_notes(SHIPPED / "tags" / "notes.jsonl", "test")) >= 70


def test_a_line_that_is_no_note_is_named(tmp_path: Path) -> None:
    bad = tmp_path / "notes.jsonl"
    bad.write_text('{"id": "1", "text": "x", "tags": [], "split": "dev"}\n{"id": 2}\n', encoding="utf-8")
    with pytest.raises(NotReadable) as refused:
        load_notes(bad)
    assert refused.value.problems[0].row == 2


def test_words_that_only_look_like_the_matter_do_not_count() -> None:
    rules = {"引っ越し": tag_rule(["引っ越", "転入"], ["引っ越していない"])}
    assert auto_tags(["引っ越していないのに使えない"], rules) == []
    assert [tag.name for tag in auto_tags(["引っ越していないが、妻は転入した"], rules)] == ["引っ越し"]


def test_patterns_meet_most_of_what_people_tagged() -> None:
    """A floor well under what was measured: patterns that break wholesale are noticed."""
    found = tag_figures(
        load_notes(SHIPPED / "tags" / "notes.jsonl"), lambda note: [one.name for one in auto_tags([note.text])]
    )
    assert found.whole.precision.value > 0.8
    assert found.whole.recall.value > 0.8


def test_the_faq_used_speaks_where_the_words_are_silent() -> None:
    """Notes nobody had in mind while the patterns were written, with the FAQ that answered: more is found, as rightly."""
    notes = load_notes(SHIPPED / "tags" / "fourth.jsonl")
    questions = {entry.faq_id: entry.question for entry in sample_faqs() if entry.lang == "ja"}
    alone = tag_figures(notes, lambda note: [one.name for one in auto_tags([note.text])]).whole
    both = tag_figures(notes, lambda note: [t.name for t in tags_of([note.text], [questions[note.faq_id]])]).whole
    assert both.recall.value > alone.recall.value + 0.1
    assert both.precision.value > alone.precision.value - 0.05


def test_words_of_the_record_come_before_the_faq() -> None:
    rules = {"予約": tag_rule(["予約"]), "紛失": tag_rule(["なくし"])}
    assert [tag.name for tag in tags_of(["カードをなくした"], ["予約の取り方"], rules)] == ["紛失"]
    assert [tag.name for tag in tags_of(["お尋ねの件、案内済み"], ["予約の取り方"], rules)] == ["予約"]
    assert tags_of(["お尋ねの件"], [""], rules) == []
