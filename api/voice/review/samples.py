"""Random audit samples of calls or of conversations on the public page: two reviewers judge the same items without
seeing each other's verdict."""

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, delete, insert, select, update

from api.voice.review.populations import POPULATIONS, Drawable
from api.voice.review.verdicts import MAX_COMMENT_CHARS, Verdict
from knowledge.errors import Conflict, Forbidden, InvalidInput, NotFound, Problem
from knowledge.faq.audited import AuditChannel, agreed_verdict
from knowledge.faq.periods import Period
from knowledge.kappa import kappa
from knowledge.ports import Clock, Redactor
from knowledge.privacy.redacted import RedactedText
from knowledge.store.audit import AuditLog
from knowledge.store.database import Database
from knowledge.store.review_tables import audit_items, audit_samples, audit_verdicts
from knowledge.text.normalise import clean

MAX_SAMPLE = 2_000


@dataclass(frozen=True, slots=True)
class Opinion:
    verdict: str
    comment: RedactedText


@dataclass(frozen=True, slots=True)
class Item:
    """One call or conversation of a sample (`call_id`: its last question). `opinions` by reviewer; `resolved` is set when
    they disagreed and somebody decided."""

    call_id: str
    position: int
    day: date
    outcome: str
    resolved: str
    resolved_by: str
    comment: RedactedText
    opinions: dict[str, Opinion] = field(default_factory=dict)

    @property
    def agreed(self) -> str:
        """The verdict of both, "" while one is missing or they differ."""
        return agreed_verdict([opinion.verdict for opinion in self.opinions.values()])

    @property
    def disputed(self) -> bool:
        return len(self.opinions) == 2 and not self.agreed

    @property
    def final(self) -> str:
        return self.agreed or self.resolved


@dataclass(frozen=True, slots=True)
class Sample:
    sample_id: str
    first: date
    last: date
    population: int
    reviewers: tuple[str, str]
    made_by: str
    made_at: datetime
    channel: AuditChannel = "voice"
    items: tuple[Item, ...] = ()

    @property
    def unit(self) -> str:
        """What one item is called."""
        return POPULATIONS[self.channel].unit

    def judged_by(self, who: str) -> int:
        return sum(1 for item in self.items if who in item.opinions)

    @property
    def decided(self) -> int:
        return sum(1 for item in self.items if item.final)

    @property
    def kappa(self) -> float | None:
        """Over the items both have judged; None while there are none."""
        both = [item for item in self.items if len(item.opinions) == 2]
        if not both:
            return None
        one, two = self.reviewers
        return kappa([item.opinions[one].verdict for item in both], [item.opinions[two].verdict for item in both])

    @property
    def agreements(self) -> tuple[int, int]:
        """Items with the same verdict of both, and items both have judged: kappa alone misleads when nearly all are
        right."""
        both = [item for item in self.items if len(item.opinions) == 2]
        return sum(1 for item in both if item.agreed), len(both)

    def next_for(self, who: str) -> Item | None:
        """The first item this reviewer has not judged."""
        return next((item for item in self.items if who not in item.opinions), None)


class Samples:
    def __init__(self, db: Database, clock: Clock, redactor: Redactor) -> None:
        self._db = db
        self._clock = clock
        self._redactor = redactor
        self._audit = AuditLog(clock)

    def population(self, period: Period, channel: AuditChannel) -> int:
        """How many could be drawn."""
        with self._db.read() as conn:
            return len(POPULATIONS[channel].drawable(conn, period))

    def draw(self, period: Period, channel: AuditChannel, size: int, reviewers: tuple[str, str], who: str) -> Sample:
        """Raises InvalidInput when there is nothing to draw or the reviewers are one person."""
        if not all(reviewers) or reviewers[0] == reviewers[1]:
            raise _wrong("別々の2人の確認者を選んでください。", "second_reviewer")
        if not 1 <= size <= MAX_SAMPLE:
            raise _wrong(f"件数は1から{MAX_SAMPLE:,}までにしてください。", "size")
        seed, sample_id, population = secrets.token_hex(8), uuid4().hex, POPULATIONS[channel]
        with self._db.begin() as conn:
            found = population.drawable(conn, period)
            if not found:
                raise _wrong(f"この期間に、まだ抽出していない対象の{population.unit}がありません。", "since")
            chosen = random.Random(seed).sample(found, min(size, len(found)))  # noqa: S311 - a draw that can be repeated
            row = {
                "sample_id": sample_id,
                "channel": channel,
                "first": period.first,
                "last": period.last,
                "population": len(found),
                "seed": seed,
                "first_reviewer": reviewers[0],
                "second_reviewer": reviewers[1],
                "made_by": who,
                "made_at": self._clock.now(),
            }
            conn.execute(insert(audit_samples), row)
            conn.execute(insert(audit_items), [_item_row(sample_id, n, one) for n, one in enumerate(chosen)])
            self._audit.append(
                conn, who, "call.sample", sample_id, {"channel": channel, "rows": len(chosen), "of": len(found)}
            )
            return _read(conn, sample_id)

    def get(self, sample_id: str) -> Sample:
        """Raises NotFound."""
        with self._db.read() as conn:
            return _read(conn, sample_id)

    def all(self) -> list[Sample]:
        """Newest first."""
        with self._db.read() as conn:
            wanted = select(audit_samples.c.sample_id).order_by(audit_samples.c.made_at.desc())
            return [_read(conn, sample_id) for sample_id in conn.execute(wanted).scalars()]

    def judge(self, sample_id: str, call_id: str, verdict: Verdict, comment: str, who: str) -> Sample:
        """One reviewer's verdict; may be changed until both have judged. Raises Forbidden, Conflict, NotFound."""
        with self._db.begin() as conn:
            sample = _read(conn, sample_id)
            item = _item(sample, call_id)
            if who not in sample.reviewers:
                raise Forbidden("この標本の確認者ではないため、判定できません。")
            if len(item.opinions) == 2:
                raise Conflict("2人の判定がそろったため、変更できません。")
            here = (audit_verdicts.c.sample_id == sample_id) & (audit_verdicts.c.call_id == call_id)
            conn.execute(delete(audit_verdicts).where(here & (audit_verdicts.c.reviewer == who)))
            values = {"verdict": verdict, "comment": self._cleaned(comment), "at": self._clock.now()}
            conn.execute(
                insert(audit_verdicts), {"sample_id": sample_id, "call_id": call_id, "reviewer": who, **values}
            )
            return _read(conn, sample_id)

    def resolve(self, sample_id: str, call_id: str, verdict: Verdict, comment: str, who: str) -> Sample:
        """Decide where the two disagree. Raises Conflict when they do not, NotFound."""
        with self._db.begin() as conn:
            item = _item(_read(conn, sample_id), call_id)
            if not item.disputed:
                raise Conflict("2人の判定が分かれたものだけを、裁定できます。")
            values: dict[str, Any] = {"resolved": verdict, "resolved_by": who, "resolved_at": self._clock.now()}
            here = (audit_items.c.sample_id == sample_id) & (audit_items.c.call_id == call_id)
            conn.execute(update(audit_items).where(here).values(**values, comment=self._cleaned(comment)))
            self._audit.append(conn, who, "call.resolve", call_id, {"verdict": verdict})
            return _read(conn, sample_id)

    def _cleaned(self, comment: str) -> RedactedText:
        if len(comment) > MAX_COMMENT_CHARS:
            raise _wrong(f"コメントは{MAX_COMMENT_CHARS:,}文字以内で入力してください。", "comment")
        return self._redactor.redact(clean(comment).strip()).text


def _wrong(text: str, column: str) -> InvalidInput:
    return InvalidInput(text, [Problem(text, column=column)])


def _item_row(sample_id: str, position: int, drawn: Drawable) -> dict[str, Any]:
    empty = {"resolved": "", "resolved_by": "", "resolved_at": None, "comment": ""}
    row = {"sample_id": sample_id, "call_id": drawn.item_id, "position": position + 1}
    return {**row, "day": drawn.day, "outcome": drawn.outcome, **empty}


def _read(conn: Connection, sample_id: str) -> Sample:
    row = conn.execute(select(audit_samples).where(audit_samples.c.sample_id == sample_id)).mappings().first()
    if row is None:
        raise NotFound("この標本はありません。")
    opinions: dict[str, dict[str, Opinion]] = {}
    for given in conn.execute(select(audit_verdicts).where(audit_verdicts.c.sample_id == sample_id)).mappings():
        opinion = Opinion(given["verdict"], RedactedText(given["comment"]))
        opinions.setdefault(given["call_id"], {})[given["reviewer"]] = opinion
    wanted = select(audit_items).where(audit_items.c.sample_id == sample_id).order_by(audit_items.c.position)
    items = [_to_item(item, opinions) for item in conn.execute(wanted).mappings()]
    reviewers = (row["first_reviewer"], row["second_reviewer"])
    return Sample(
        sample_id,
        row["first"],
        row["last"],
        row["population"],
        reviewers,
        row["made_by"],
        row["made_at"],
        row["channel"],
        tuple(items),
    )


def _to_item(row: Any, opinions: dict[str, dict[str, Opinion]]) -> Item:
    return Item(
        row["call_id"],
        row["position"],
        row["day"],
        row["outcome"],
        row["resolved"],
        row["resolved_by"],
        RedactedText(row["comment"]),
        opinions.get(row["call_id"], {}),
    )


def _item(sample: Sample, call_id: str) -> Item:
    found: Sequence[Item] = [item for item in sample.items if item.call_id == call_id]
    if not found:
        raise NotFound("これは、標本に入っていません。")
    return found[0]
