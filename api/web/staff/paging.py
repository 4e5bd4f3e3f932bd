"""Pages of a long list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query

PAGE_SIZE = 50
PageNumber = Annotated[int, Query(ge=1, le=100_000)]


@dataclass(frozen=True, slots=True)
class Paging:
    """`number` counts from 1; `query` is what the links to other pages must repeat, as pairs where names recur."""

    number: int
    total: int
    path: str
    query: Mapping[str, str] | Sequence[tuple[str, str]]

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
        pairs = self.query.items() if isinstance(self.query, Mapping) else self.query
        kept = [(name, value) for name, value in pairs if value]
        return f"{self.path}?{urlencode([*kept, ('page', str(number))])}"


def offset_of(page: int) -> int:
    return (page - 1) * PAGE_SIZE
