"""From a row of a table to the calls behind it: which figure, narrowed to what."""

from desk.kpi.narrow import Narrow
from desk.reports.model import Table

Target = tuple[str, Narrow]
"""(kpi_id, cell)"""


def target_of(table: Table, key: str) -> Target | None:
    """None where a row leads to another report or to a record of its own."""
    match table.drill_by:
        case "figure":
            return key, Narrow()
        case "category":
            return "answered", Narrow(category=key)
        case "group":
            return "answered", Narrow(group=key)
        case "operator":
            return "answered", Narrow(operator=key)
        case "channel":
            return "contacts", Narrow(channel=key)
        case "lang":
            return "contacts", Narrow(lang=key)
        case "faq":
            return "faq_uses", Narrow(faq=key)
        case _:
            return None
