"""What people asked for: FAQ used, bookings, complaints, classes of inquiry."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from desk.kpi.call import Call
from desk.kpi.figure import Figure, count, percent
from desk.kpi.narrow import group_of

BOOKING_LABELS = {"new": "新規", "change": "変更", "cancel": "取消"}


@dataclass(frozen=True, slots=True)
class Share:
    """One line of a table: how many calls, and what part of all lines."""

    key: str
    calls: tuple[str, ...]
    percent: float | None

    @property
    def number(self) -> int:
        return len(self.calls)


def topic_figures(calls: Sequence[Call]) -> list[Figure]:
    used = [call for call in calls for _ in call.faqs_used]
    figures = [
        count(
            "faq_uses",
            "FAQ使用回数",
            "回答に使ったFAQの回数の合計（表示や閲覧は数えず、1件の応対で同じFAQは1回）",
            used,
            "回",
        )
    ]
    for kind, label in BOOKING_LABELS.items():
        booked = [call for call in calls for one in call.bookings if one == kind]
        figures.append(count(f"booking_{kind}", f"予約件数（{label}）", f"予約の{label}を受け付けた件数", booked))
    complaints = [call for call in calls if call.complaint]
    return [*figures, count("complaints", "苦情・クレーム件数", "苦情として記録した応対の数", complaints)]


def faq_uses(calls: Sequence[Call]) -> list[Share]:
    """Uses of each FAQ (S0 §11①オ), most used first."""
    by_faq: dict[str, list[str]] = {}
    for call in calls:
        for faq_id, _ in call.faqs_used:
            by_faq.setdefault(faq_id, []).append(call.call_id)
    return _shares(by_faq)


def by_category(calls: Sequence[Call]) -> list[Share]:
    """Handled calls (answered by a person) by class of inquiry."""
    return shares(handled(calls), lambda call: call.category)


def by_group(calls: Sequence[Call], groups: Mapping[str, str], order: Sequence[str]) -> list[Share]:
    """The city's coarse split (久留米: three-way). Every group appears, even with nothing in it; what fits no group
    stands under its own name, so that the lines still sum to the whole."""
    found = {share.key: share for share in shares(handled(calls), lambda call: group_of(call, groups))}
    named = [found.pop(name, Share(name, (), percent(0, len(handled(calls))))) for name in order]
    return [*named, *found.values()]


def shares(calls: Sequence[Call], key: Callable[[Call], str]) -> list[Share]:
    by_key: dict[str, list[str]] = {}
    for call in calls:
        by_key.setdefault(key(call), []).append(call.call_id)
    return _shares(by_key)


def by_hour_and_weekday(calls: Sequence[Call]) -> Counter[tuple[int, int]]:
    """Inbound calls by (hour, weekday with Monday 0), Japanese time."""
    return Counter((call.hour, call.day.weekday()) for call in calls if call.is_inbound)


def handled(calls: Sequence[Call]) -> list[Call]:
    """Calls from outside that a person answered."""
    return [call for call in calls if call.is_inbound and call.disposition == "answered"]


def _shares(by_key: Mapping[str, list[str]]) -> list[Share]:
    total = sum(map(len, by_key.values()))
    ordered = sorted(by_key.items(), key=lambda item: (-len(item[1]), item[0]))
    return [Share(key, tuple(ids), percent(len(ids), total)) for key, ids in ordered]
