"""What an import of FAQ would do and did, as JSON. Apart from the routes: the command line tells the same without them."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from knowledge.errors import Problem
from knowledge.faq.importing import ImportPreview, ImportReport

_WARNINGS = 200
"""More warnings than anybody reads are counted, not sent."""
_COUNTS = ("total", "new", "changed", "unchanged", "held")


def preview_shape(preview: ImportPreview) -> dict[str, Any]:
    """What an import would do; as many problems and warnings as anybody reads."""
    names = ("encoding", "header", "first_rows", *_COUNTS)
    return {
        **{name: getattr(preview, name) for name in names},
        "published": preview.publishes,
        "problem_count": len(preview.problems),
        "problems": [asdict(one) for one in preview.problems[:_WARNINGS]],
        **_warnings(preview.warnings, preview.wording),
    }


def report_shape(report: ImportReport) -> dict[str, Any]:
    """What an import did."""
    names = ("encoding", *_COUNTS, "published")
    return {**{name: getattr(report, name) for name in names}, **_warnings(report.warnings, report.wording)}


def _warnings(warnings: Sequence[Problem], wording: Sequence[Problem]) -> dict[str, Any]:
    """`wording_rows`: all rows with words that block publication by hand; their warnings come first."""
    rows = sorted({one.row for one in wording if one.row is not None})
    shown = [asdict(one) for one in warnings[:_WARNINGS]]
    return {"warning_count": len(warnings), "warnings": shown, "wording_rows": rows}
