"""How well alerts about what is said (SPT-05) meet what a supervisor would want to be called for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from desk.alerts.judge import Odds, said_rules
from desk.alerts.model import COMPLAINT_LIKE
from desk.alerts.words import WordRule
from eval.metrics.labels import label_figures
from eval.tags import Note, TagFigures, tag_figures
from knowledge.settings import AlertSettings

ANY = "知らせる発話（どの規則でも）"


def alert_figures(
    notes: Sequence[Note],
    rules: Mapping[str, WordRule],
    limits: AlertSettings,
    complaint: Odds = lambda text: 0.0,
) -> TagFigures:
    """By rule, and whether a supervisor is called at all; what the model of intents finds counts there alone, because it
    does not say which rule it is."""

    met = {
        note: {rule for rule, _ in said_rules(note.speaker, note.text, rules, complaint, limits.complaint_percent)}
        for note in notes
    }

    def called(labels: Iterable[str]) -> list[str]:
        return [ANY] if set(labels) else []

    by_rule = tag_figures(notes, lambda note: met[note] - {COMPLAINT_LIKE})
    at_all = label_figures([called(note.tags) for note in notes], [called(met[note]) for note in notes])
    return replace(by_rule, by_tag={**at_all, **by_rule.by_tag})
