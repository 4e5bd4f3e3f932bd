"""The labelled utterances behind the alerts made of words: what they name exists, half is held out, most is met."""

from typer.testing import CliRunner

import eval.cli
from desk.alerts.model import PERSONAL_NUMBER
from desk.alerts.words import load_word_rules, rules_met
from eval.cases import SHIPPED
from eval.tags import load_notes, tag_figures
from knowledge.privacy.redactor import RuleRedactor

FILE = SHIPPED / "alerts" / "utterances.jsonl"
RULES = load_word_rules()


def test_the_utterances_name_rules_that_exist_and_differ() -> None:
    notes = load_notes(FILE)
    assert set().union(*(note.tags for note in notes)) == {*RULES, PERSONAL_NUMBER}
    assert {note.speaker for note in notes} == {"citizen", "operator"}
    assert len({note.text for note in notes}) == len({note.id for note in notes}) == len(notes)


def test_there_are_enough_and_half_is_held_out() -> None:
    assert len(load_notes(FILE)) >= 150
    assert len(load_notes(FILE, "test")) >= len(load_notes(FILE)) // 2


def test_the_utterances_stand_as_they_would_be_kept() -> None:
    redactor = RuleRedactor()
    assert [note.text for note in load_notes(FILE) if redactor.redact(note.text).text != note.text] == []


def test_rules_meet_most_of_what_people_would_tell() -> None:
    """A floor well under what was measured: words that break wholesale are noticed."""
    found = tag_figures(load_notes(FILE), lambda note: rules_met(note.speaker, note.text, RULES))
    assert found.whole.precision.value > 0.85
    assert found.whole.recall.value > 0.75
    assert all(one.f1 > 0.6 for one in found.by_tag.values())


def test_the_command_prints_every_rule_with_f1(tmp_path: object) -> None:
    done = CliRunner().invoke(eval.cli.app, ["alerts", "--data-dir", str(tmp_path)])
    assert done.exit_code == 0, done.output
    for word in (*RULES, PERSONAL_NUMBER, "F1"):
        assert word in done.output
