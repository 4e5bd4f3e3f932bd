"""Tells the city and other systems when 応答率 is, or is going to be, below the target: once a day and level."""

from collections.abc import Sequence

from sqlalchemy import select

from desk.complaints.notices import Notices
from desk.kpi.watch import Watch
from desk.reports.numbers import Numbers
from desk.webhooks.service import Webhooks
from knowledge.ports import Clock
from knowledge.store.database import Database
from knowledge.store.desk_tables import desk_notices


class AnswerRateAlert:
    """`check` may be called as often as one likes."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        numbers: Numbers,
        notices: Notices,
        webhooks: Webhooks,
        contacts: Sequence[str],
    ) -> None:
        self._db = db
        self._clock = clock
        self._numbers = numbers
        self._notices = notices
        self._webhooks = webhooks
        self._contacts = tuple(contacts)

    def check(self) -> Watch:
        """Look at today's state; a notice goes out when it is new."""
        day = self._clock.today()
        found = self._numbers.watch(day)
        if found.level not in ("warning", "alert"):
            return found
        kind, subject = f"answer_rate.{found.level}", day.isoformat()
        columns = desk_notices.c
        sent = select(columns.notice_id).where(columns.kind == kind, columns.record_id == subject).limit(1)
        with self._db.begin() as conn:
            if conn.execute(sent).one_or_none() is None:
                self._notices.send(conn, kind, subject, self._contacts)
                data = {"day": subject, "level": found.level, "month": found.month.value, "forecast": found.forecast}
                self._webhooks.enqueue(conn, "answer_rate.alert", data)
        return found
