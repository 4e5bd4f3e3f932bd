"""The labelled utterances behind the alerts made of words: what they name exists, half is held out, most is met."""

from pathlib import Path

from typer.testing import CliRunner

import eval.cli
from desk.alerts.model import PERSONAL_NUMBER
from desk.alerts.words import load_word_rules
from eval.alerts import ANY, alert_figures
from eval.cases import SHIPPED
from eval.tags import Note, load_notes
from knowledge.privacy.redactor import RuleRedactor
from knowledge.settings import AlertSettings

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
    found = alert_figures(load_notes(FILE), RULES, AlertSettings())
    assert found.whole.precision.value > 0.85
    assert found.whole.recall.value > 0.75
    assert all(one.f1 > 0.6 for one in found.by_tag.values())


def test_the_model_counts_for_whether_somebody_is_called_and_for_no_rule() -> None:
    notes = [Note("1", "もう信用できません", frozenset({"強い苦情"}), "test", speaker="citizen"), Note("2", "写真は要りますか", frozenset(), "test", speaker="citizen")]  # fmt: skip
    found = alert_figures(notes, RULES, AlertSettings(), lambda text: 0.6 if "信用" in text else 0.1)
    assert (found.by_tag[ANY].recall.hits, found.by_tag[ANY].precision.total) == (1, 1)
    assert found.by_tag["強い苦情"].recall.hits == 0
    unheard = alert_figures(notes, RULES, AlertSettings(complaint_percent=0), lambda text: 1.0)
    assert unheard.by_tag[ANY].recall.hits == 0


def test_the_command_prints_every_rule_with_f1(tmp_path: Path) -> None:
    done = CliRunner().invoke(eval.cli.app, ["alerts", "--data-dir", str(tmp_path)])
    assert done.exit_code == 0, done.output
    for word in (*RULES, PERSONAL_NUMBER, ANY, "F1"):
        assert word in done.output
