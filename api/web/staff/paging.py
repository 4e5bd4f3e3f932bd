"""Pages of a long list."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query

PAGE_SIZE = 50
PageNumber = Annotated[int, Query(ge=1, le=100_000)]


@dataclass(frozen=True, slots=True)
class Paging:
    """`number` counts from 1; `query` is what the links to other pages must repeat."""

    number: int
    total: int
    path: str
    query: dict[str, str]

    @property
    def last(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))

    @property
    def first_row(self) -> int:
        return min(self.total, (self.number - 1) * PAGE_SIZE + 1)

    @property
    def last_row(self) -> int:
        return min(self.total, self.number * PAGE_SIZE)

    def link(self, number: int) -> str:
        values = {name: value for name, value in self.query.items() if value}
        return f"{self.path}?{urlencode({**values, 'page': str(number)})}"


def offset_of(page: int) -> int:
    return (page - 1) * PAGE_SIZE
