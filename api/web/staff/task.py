"""One kind of work on the start page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Task:
    """With the number of things waiting."""

    label: str
    count: int
    path: str
    help: str
    urgent: bool = False
