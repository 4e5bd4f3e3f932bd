"""Lists of features kept as numbers, read as strings: a tenth of the memory of lists, for as long as learning takes."""

from collections.abc import Iterator, Sequence
from typing import overload

from knowledge.search.vocabulary import Numbers


class NamedLists(Sequence[list[str]]):
    """`numbers[i]` are the features of text i, each a place in `names`. Every list is made when it is asked for."""

    def __init__(self, numbers: Sequence[Numbers], names: Sequence[str]) -> None:
        self._numbers = numbers
        self._names = names

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, at: int) -> list[str]: ...

    @overload
    def __getitem__(self, at: slice) -> "NamedLists": ...

    def __getitem__(self, at: int | slice) -> "list[str] | NamedLists":
        if isinstance(at, slice):
            return NamedLists(self._numbers[at], self._names)
        names = self._names
        return [names[n] for n in self._numbers[at].tolist()]

    def __iter__(self) -> Iterator[list[str]]:
        return (self[at] for at in range(len(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # compared by content, as lists are


class OwnedLists(Sequence[tuple[int, list[str]]]):
    """The same with the position of the FAQ each text belongs to."""

    def __init__(self, owners: Sequence[int], lists: NamedLists) -> None:
        self._owners = owners
        self._lists = lists

    def __len__(self) -> int:
        return len(self._owners)

    @overload
    def __getitem__(self, at: int) -> tuple[int, list[str]]: ...

    @overload
    def __getitem__(self, at: slice) -> "OwnedLists": ...

    def __getitem__(self, at: int | slice) -> "tuple[int, list[str]] | OwnedLists":
        if isinstance(at, slice):
            return OwnedLists(self._owners[at], self._lists[at])
        return self._owners[at], self._lists[at]

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        return zip(self._owners, self._lists, strict=True)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]  # compared by content, as lists are
