"""`Alerts`: calls a supervisor when a rule is met. Runs beside the calls and reads what they left in the database, so a
message is never slower for it, nothing is lost with the process, and a call goes on whatever happens here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy import Connection

from desk.alerts import rows
from desk.alerts.judge import Odds, queue_signals
from desk.alerts.model import MEASURED, Alert, Signal, Step, StepKind, uncovered
from desk.alerts.rows import AlertFilter
from desk.alerts.tracking import Tracker
from desk.alerts.words import WordRule
from knowledge.errors import InvalidInput
from knowledge.ports import Clock, Redactor
from knowledge.settings import AlertSettings
from knowledge.store.audit import AuditLog
from knowledge.store.database import Database

QUEUE = ""
"""What stands for the call where the whole queue is meant."""
STALE = timedelta(hours=1)
"""What happened longer ago (a log that comes in late) calls nobody any more."""
SHOWN_FOR = timedelta(hours=12)
MAX_SHOWN = 30
MAX_NOTE_CHARS = 500
Watcher = Callable[[], None]


@dataclass(frozen=True, slots=True)
class AlertParts:
    db: Database
    clock: Clock
    redactor: Redactor
    words: Mapping[str, WordRule]
    limits: AlertSettings
    complaint: Odds = field(default=lambda text: 0.0)
    on_alert: Callable[[Connection, Alert], None] = field(default=lambda conn, alert: None)
    """Called inside the write transaction with each new alert."""


class Alerts:
    """Thread-safe. `look` is called again and again by the running server."""

    def __init__(self, parts: AlertParts) -> None:
        self._parts = parts
        self._db, self._clock = parts.db, parts.clock
        self._tracker = Tracker(parts.words, parts.complaint, parts.limits.complaint_percent)
        self._named: set[str] = set()
        self._naming = Lock()
        self._looking = Lock()
        self._audit = AuditLog(parts.clock)
        self._watchers: list[Watcher] = []

    @property
    def rules(self) -> tuple[str, ...]:
        """Every rule by name: the city's own words first, then what is measured."""
        return (*self._parts.words, *MEASURED)

    @property
    def _rearm(self) -> timedelta:
        return timedelta(seconds=self._parts.limits.rearm_secs)

    @property
    def snooze_minutes(self) -> int:
        return self._parts.limits.snooze_minutes

    def heard(self, call_id: str) -> None:
        """Something was said in this call; it is looked at in the next round."""
        with self._naming:
            self._named.add(call_id)

    def look(self) -> list[Alert]:
        """One round: raise what is met and was not told yet. What fails is looked at again in the next round."""
        with self._looking:
            now = self._clock.now()
            named = self._take_named()
            try:
                with self._db.read() as conn:
                    self._tracker.follow(conn, named, now)
                    told = rows.raised_in(conn, [QUEUE, *self._tracker.calls], now - STALE - self._rearm)
                made = self._raise({call: self._new(call, told[call], now) for call in told}, now)
            except Exception:
                with self._naming:
                    self._named |= named
                raise
            self._tracker.forget(now)
        if made:
            self._tell()
        return made

    # ── what supervisors do ───────────────────────────────────────────────────────────────────────────────────────

    def step(self, alert_id: str, kind: StepKind, who: str, note: str = "") -> Alert:
        """What a supervisor does: look into it (the first one stays), put it aside for some minutes, or say whether it
        was right, which may be corrected later. Every step is kept. Raises NotFound, InvalidInput."""
        if len(note) > MAX_NOTE_CHARS:
            raise InvalidInput(f"メモは{MAX_NOTE_CHARS}文字以内で入力してください。")
        now = self._clock.now()
        step = Step(now, who[:128], kind, self._parts.redactor.redact(note.strip()).text)
        with self._db.begin() as conn:
            known = rows.require(conn, alert_id)
            rows.change(conn, alert_id, step, **self._follows(known, step))
            self._audit.append(conn, who, f"alert.{kind}", alert_id, {"rule": known.rule, "call_id": known.call_id})
            changed = rows.require(conn, alert_id)
        self._tell()
        return changed

    # ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────

    def open_now(self) -> list[Alert]:
        """What waits for a supervisor, the newest first; what was put aside comes back when its time is over."""
        now = self._clock.now()
        with self._db.read() as conn:
            found = rows.open_since(conn, now - SHOWN_FOR, MAX_SHOWN)
        return [alert for alert in found if alert.state(now) == "open"]

    def find(self, chosen: AlertFilter, limit: int = 200) -> list[Alert]:
        """The newest first."""
        with self._db.read() as conn:
            return rows.find(conn, chosen, limit)

    def of_call(self, call_id: str) -> list[tuple[Alert, list[Step]]]:
        """In the order they happened, each with what supervisors did."""
        with self._db.read() as conn:
            return rows.of_call(conn, call_id)

    def watch(self, tell: Watcher) -> Callable[[], None]:
        """Be told, from any thread, of every change until the returned function is called."""
        self._watchers.append(tell)
        return lambda: self._watchers.remove(tell)

    # ── inside ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _take_named(self) -> set[str]:
        """Whoever is named while this round reads is left for the next one."""
        with self._naming:
            named, self._named = self._named, set()
        return named

    def _new(self, call_id: str, told: list[tuple[str, datetime]], now: datetime) -> list[Signal]:
        limits = self._parts.limits
        if call_id == QUEUE:
            found = queue_signals([(one.call_id, one.events) for one in self._tracker.calls.values()], now, limits)
        else:
            found = self._tracker.calls[call_id].signals(now, limits)
        recent = [signal for signal in found if now - STALE <= signal.at <= now]
        return uncovered(recent, told, self._rearm)

    def _raise(self, new: Mapping[str, Sequence[Signal]], now: datetime) -> list[Alert]:
        wanted = {call_id: signals for call_id, signals in new.items() if signals}
        if not wanted:
            return []
        made: list[Alert] = []
        with self._db.begin() as conn:
            for call_id, signals in wanted.items():
                tracked = self._tracker.calls.get(call_id)
                ids = rows.add(conn, call_id, tracked.operator if tracked else "", signals, now)
                made += [rows.require(conn, alert_id) for alert_id in ids]
            for alert in made:
                self._parts.on_alert(conn, alert)
        return made

    def _follows(self, known: Alert, step: Step) -> dict[str, object]:
        """What a step changes in the alert."""
        if step.kind == "snoozed":
            return {"snoozed_until": step.at + timedelta(minutes=self._parts.limits.snooze_minutes)}
        values: dict[str, object] = {}
        if known.acknowledged_at is None:
            values |= {"acknowledged_at": step.at, "acknowledged_by": step.who}
        if step.kind != "acknowledged":
            values |= {"outcome": step.kind, "settled_at": step.at, "settled_by": step.who}
        return values

    def _tell(self) -> None:
        for tell in tuple(self._watchers):
            tell()
