"""A small telephone exchange: seats, a queue, impatient callers. Turns arrivals into the messages of the PBX feed."""

import heapq
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from desk.simulator.traffic import Arrival


@dataclass(frozen=True, slots=True)
class CentreModel:
    """How the centre works. Times in seconds; shares between 0 and 1."""

    seats: int = 6
    talk_secs: float = 230.0
    wrap_up_secs: float = 55.0
    patience_secs: float = 110.0
    hold_share: float = 0.22
    transfer_share: float = 0.06
    callback_share: float = 0.03
    complaint_share: float = 0.006
    bot_share: float = 0.0


Message = dict[str, Any]


def pbx_messages(
    arrivals: Sequence[Arrival],
    model: CentreModel,
    rng: random.Random,
    faqs_by_category: Mapping[str, Sequence[str]] | None = None,
    prefix: str = "sim",
) -> list[Message]:
    """Messages by time, each with an id of its own. Calls are served first come, first served."""
    exchange = _Exchange(model, rng, faqs_by_category or {}, prefix)
    for number, arrival in enumerate(arrivals, start=1):
        exchange.call(f"{prefix}-{number:06d}", arrival)
    return sorted(exchange.messages, key=lambda message: (message["at"], message["event_id"]))


class _Exchange:
    def __init__(self, model: CentreModel, rng: random.Random, faqs: Mapping[str, Sequence[str]], prefix: str) -> None:
        self.messages: list[Message] = []
        self._model = model
        self._rng = rng
        self._faqs = faqs
        self._prefix = prefix
        self._number = 0
        self._free: list[tuple[datetime, str]] = []

    def call(self, call_id: str, arrival: Arrival) -> None:
        self._say(call_id, "call_offered", arrival.at, line="main", direction="inbound", channel="phone")
        self._say(call_id, "ivr_started", arrival.at)
        if not arrival.in_hours:
            self._say(call_id, "ended", arrival.at + timedelta(seconds=self._rng.randrange(12, 30)))
            return
        at = arrival.at + timedelta(seconds=12)
        if self._rng.random() < self._model.bot_share:
            ended_at = self._bot(call_id, at)
            if ended_at is None:
                return
            at = ended_at
        self._say(call_id, "queue_entered", at)
        self._serve(call_id, at, arrival.category)

    def _bot(self, call_id: str, at: datetime) -> datetime | None:
        """When the caller goes on to a person; None when the call ends with the bot."""
        rng, ended = self._rng, at + timedelta(seconds=self._rng.randrange(40, 150))
        self._say(call_id, "bot_started", at)
        outcome = rng.choices(["confirmed", "completed", "handed_over", "abandoned"], [38, 16, 38, 8])[0]
        self._say(call_id, "bot_ended", ended, outcome=outcome, in_scope=rng.random() > 0.06, turns=rng.randrange(2, 9))
        if outcome == "handed_over":
            return ended
        if outcome == "abandoned":
            self._say(call_id, "abandoned", ended)
        self._say(call_id, "ended", ended)
        if rng.random() < 0.3:
            grade = rng.choices(["correct", "partly_wrong", "wrong"], [94, 4, 2])[0]
            self._say(call_id, "answer_audited", ended + timedelta(days=1), grade=grade, auditor="sv1")
        return None

    def _serve(self, call_id: str, at: datetime, category: str) -> None:
        ring = self._rng.uniform(2, 7)
        if len(self._free) < self._model.seats:
            answered_at, operator = at + timedelta(seconds=round(ring)), f"op{len(self._free) + 1:02d}"
        else:
            free_at, operator = self._free[0]
            wait = max(ring, (free_at - at).total_seconds())
            patience = self._rng.expovariate(1 / self._model.patience_secs) + 10
            if wait > patience:
                gone = at + timedelta(seconds=round(patience))
                self._say(call_id, "abandoned", gone)
                self._say(call_id, "ended", gone)
                return
            heapq.heappop(self._free)
            answered_at = at + timedelta(seconds=round(wait))
        heapq.heappush(self._free, (self._talk(call_id, answered_at, operator, category), operator))

    def _talk(self, call_id: str, answered_at: datetime, operator: str, category: str) -> datetime:
        rng, model = self._rng, self._model
        self._say(call_id, "answered", answered_at, operator=operator)
        at = answered_at + timedelta(seconds=rng.randrange(15, 40))
        used = self._faq(call_id, at, category, operator)
        if rng.random() < model.hold_share:
            self._say(call_id, "hold_start", at + timedelta(seconds=5))
            at += timedelta(seconds=rng.randrange(20, 90))
            self._say(call_id, "hold_end", at)
        ended_at = at + timedelta(seconds=round(rng.lognormvariate(0, 0.55) * model.talk_secs * 0.75))
        outcome = self._outcome(call_id, ended_at, category)
        self._say(call_id, "ended", ended_at)
        free_at = ended_at + timedelta(seconds=round(rng.lognormvariate(0, 0.5) * model.wrap_up_secs))
        closed = {"category": category, "operator": operator, "answered_in_center": outcome in ("answered", "booked")}
        completed = outcome in ("answered", "booked") and (used or rng.random() < 0.9)
        self._say(call_id, "record_closed", free_at, outcome=outcome, completed=completed, **closed)
        self._say(call_id, "acw_end", free_at)
        return free_at

    def _faq(self, call_id: str, at: datetime, category: str, operator: str) -> bool:
        faqs = self._faqs.get(category, ())
        if not faqs:
            return False
        faq_id = self._rng.choice(list(faqs))
        self._say(call_id, "faq_suggested", at, faq_id=faq_id, version=1, rank=1, operator=operator)
        if self._rng.random() > 0.8:
            return False
        self._say(call_id, "faq_used", at + timedelta(seconds=4), faq_id=faq_id, version=1, operator=operator)
        return True

    def _outcome(self, call_id: str, at: datetime, category: str) -> str:
        rng, model = self._rng, self._model
        if rng.random() < model.complaint_share:
            self._say(call_id, "complaint", at, severity=rng.choice(["low", "middle", "high"]), state="received")
        for word, kind in (("新規", "new"), ("変更", "change"), ("取消", "cancel")):
            if "予約" in category and word in category:
                self._say(call_id, "booking", at, kind=kind, read_back=True)
                return "booked"
        drawn = rng.random()
        if drawn < model.transfer_share:
            result = rng.choices(["done", "absent"], [9, 1])[0]
            self._say(call_id, "transferred", at, target="department", result=result, to="市民課")
            return "transferred"
        return "callback" if drawn < model.transfer_share + model.callback_share else "answered"

    def _say(self, call_id: str, event: str, at: datetime, **attributes: object) -> None:
        self._number += 1
        event_id = f"{self._prefix}-e{self._number:07d}"
        self.messages.append(
            {"event_id": event_id, "call_id": call_id, "type": event, "at": at.isoformat(), "attributes": attributes}
        )
