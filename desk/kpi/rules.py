"""What a city can decide about its figures. Printed on every report."""

from dataclasses import dataclass

QUERY_VERSION = "5"
"""Grows when a formula, or how a report writes it, changes, so that an old report says by which one it was made (one that
only wrote otherwise: desk.reports.edition)."""


@dataclass(frozen=True, slots=True)
class KpiRules:
    """Defaults are the usual meaning in Japanese contact centres."""

    service_level_secs: int = 20
    short_abandon_secs: int = 0
    """Calls given up within this many seconds are left out of the rates; 0 leaves nothing out."""
    no_answer_needed: frozenset[str] = frozenset({"booked", "wrong_number", "silent", "no_contact"})
    """Outcomes that are not in the denominator of 一次回答率."""
    answer_rate_target_percent: float = 90.0
