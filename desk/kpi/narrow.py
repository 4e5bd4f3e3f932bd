"""One cell of a table as a condition on calls: the calls behind a figure, narrowed to the row and column somebody chose."""

from collections.abc import Mapping
from dataclasses import dataclass

from desk.kpi.call import Call


@dataclass(frozen=True, slots=True)
class Narrow:
    """Empty fields do not narrow. `weekday` counts from Monday 0; `group` is the city's coarse class."""

    hour: int | None = None
    weekday: int | None = None
    category: str = ""
    group: str = ""
    faq: str = ""
    channel: str = ""
    lang: str = ""
    operator: str = ""

    def holds(self, call: Call, groups: Mapping[str, str]) -> bool:
        wanted_texts = (
            (self.category, call.category),
            (self.group, group_of(call, groups)),
            (self.channel, call.channel),
            (self.lang, call.lang),
            (self.operator, call.operator),
        )
        return (
            self.hour in (None, call.hour)
            and self.weekday in (None, call.day.weekday())
            and all(wanted in ("", found) for wanted, found in wanted_texts)
            and (not self.faq or any(faq_id == self.faq for faq_id, _ in call.faqs_used))
        )


def group_of(call: Call, groups: Mapping[str, str]) -> str:
    """What fits no group stands under its own name."""
    return groups.get(call.category, call.category)
