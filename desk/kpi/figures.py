"""All figures of a set of calls, in the order of the reports."""

from collections.abc import Sequence

from desk.kpi.call import Call
from desk.kpi.figure import Figure
from desk.kpi.handling import settling_figures, time_figures
from desk.kpi.rules import KpiRules
from desk.kpi.self_service import audit_figures, bot_figures
from desk.kpi.topics import topic_figures
from desk.kpi.volumes import rate_figures, volume_figures


def all_figures(calls: Sequence[Call], rules: KpiRules) -> list[Figure]:
    """Every kpi_id once."""
    return [
        *volume_figures(calls),
        *rate_figures(calls, rules),
        *settling_figures(calls, rules),
        *time_figures(calls),
        *topic_figures(calls),
        *bot_figures(calls),
        *audit_figures(calls),
    ]
