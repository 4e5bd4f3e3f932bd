"""Any days and those they are compared with, as pages, API and commands are asked for them."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import Depends, Query
from pydantic import BeforeValidator

from desk.reports.comparison import Procedures
from desk.reports.periods import free_period, just_before
from knowledge.errors import InvalidInput
from knowledge.faq.periods import Period


@dataclass(frozen=True, slots=True)
class Between:
    """Any days, what they are compared with, and what the city issued or renewed in both."""

    period: Period
    before: Period
    procedures: Procedures

    def query(self) -> dict[str, str]:
        """The same as it stands in an address."""
        return {
            "first": self.period.first.isoformat(),
            "last": self.period.last.isoformat(),
            "before_first": self.before.first.isoformat(),
            "before_last": self.before.last.isoformat(),
            "procedures_before": str(self.procedures.before),
            "procedures_now": str(self.procedures.now),
        }


OtherDay = Annotated[
    date | None, BeforeValidator(lambda given: given or None), Query(description="比べる期間。省くと直前の同じ日数")
]
Count = Annotated[int, Query(ge=0, le=10_000_000)]


@dataclass(frozen=True, slots=True)
class Compared:
    """What the days are compared with, as it is asked for."""

    before_first: OtherDay = None
    before_last: OtherDay = None
    procedures_before: Count = 0
    procedures_now: Count = 0


ComparedOf = Annotated[Compared, Depends()]


def between(first: date, last: date, other: ComparedOf) -> Between:
    """Raises InvalidInput."""
    period = free_period(first, last)
    if (other.before_first is None) != (other.before_last is None):
        raise InvalidInput("比べる期間は、始まりの日と終わりの日の両方を指定してください。")
    before = just_before(period)
    if other.before_first and other.before_last:
        before = free_period(other.before_first, other.before_last)
    return Between(period, before, Procedures(other.procedures_before, other.procedures_now))


BetweenOf = Annotated[Between, Depends(between)]
