"""The status machine of a record: which step is allowed, and what must be filled in for it. Pure."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from desk.events.shapes import BOOKINGS, OUTCOMES, TRANSFER_RESULTS
from desk.records.model import CALLERS, STATUS_LABELS, RecordContent, Status
from knowledge.errors import IllegalTransition, InvalidInput, Problem

TRANSITIONS: Mapping[Status, frozenset[Status]] = MappingProxyType(
    {
        "open": frozenset({"after_call", "waiting_city", "callback", "done", "no_contact"}),
        "after_call": frozenset({"waiting_city", "callback", "done", "no_contact"}),
        "waiting_city": frozenset({"after_call", "callback", "done"}),
        "callback": frozenset({"waiting_city", "done"}),
        "done": frozenset({"after_call"}),
        "no_contact": frozenset({"after_call"}),
    }
)
WAITING: frozenset[Status] = frozenset({"waiting_city", "callback"})
CLOSED: frozenset[Status] = frozenset({"done", "no_contact"})


def check_step(old: Status, new: Status) -> None:
    """Raises IllegalTransition; staying where one is is allowed."""
    if old != new and new not in TRANSITIONS[old]:
        raise IllegalTransition(f"「{STATUS_LABELS[old]}」から「{STATUS_LABELS[new]}」へは進められません。")


def check_complete(content: RecordContent, status: Status, owner: str, due_at: datetime | None) -> None:
    """What each status demands. Raises InvalidInput with every field that is missing."""
    missing: list[Problem] = []
    if status in WAITING:
        missing += _missing("owner", "担当者を決めてください。", owner)
        missing += _missing("due_at", "いつまでに対応するかを決めてください。", due_at)
    if status == "done" or status in WAITING:
        missing += _missing("category", "分類を選んでください。", content.category)
        missing += _missing("inquiry", "用件を入力してください。", content.inquiry.strip())
        missing += _missing("outcome", "対応の結果を選んでください。", content.outcome)
    if content.outcome == "transferred":
        missing += _missing("transfer_to", "転送先を入力してください。", content.transfer_to)
    if missing:
        raise InvalidInput("記録に足りない項目があります。", missing)


def check_values(content: RecordContent, categories: frozenset[str]) -> None:
    """Raises InvalidInput for words that are not in the lists; `categories` empty allows every class."""
    problems: list[Problem] = []
    allowed = {
        "caller": (content.caller, CALLERS),
        "outcome": (content.outcome, ("", *OUTCOMES)),
        "booking": (content.booking, ("", *BOOKINGS)),
        "transfer_result": (content.transfer_result, ("", *TRANSFER_RESULTS)),
    }
    for name, (value, choices) in allowed.items():
        if value not in choices:
            problems.append(Problem("一覧から選んでください。", column=name))
    if content.category and categories and content.category not in categories:
        problems.append(Problem("この市の分類の一覧から選んでください。", column="category"))
    if problems:
        raise InvalidInput("記録に選べない値があります。", problems)


def _missing(column: str, message: str, value: object) -> list[Problem]:
    return [] if value else [Problem(message, column=column)]
