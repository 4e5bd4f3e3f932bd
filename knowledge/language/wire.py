"""The seam below the guard rails: one try at one endpoint. Only `knowledge.language.service` talks through it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from knowledge.language.framing import Message
from knowledge.language.model import Shape

Kind = Literal["rate_limited", "server", "disconnected", "timeout", "refused", "malformed", "egress"]
WORTH_RETRYING: frozenset[Kind] = frozenset({"rate_limited", "server", "disconnected"})


class WireError(Exception):
    """One try went wrong. Carries no text of either side."""

    def __init__(self, kind: Kind, status: int | None = None, retry_after_secs: float | None = None) -> None:
        super().__init__(kind)
        self.kind: Kind = kind
        self.status = status
        self.retry_after_secs = retry_after_secs


@dataclass(frozen=True, slots=True)
class Ask:
    messages: Sequence[Message]
    max_tokens: int
    temperature: float
    shape: Shape


@dataclass(frozen=True, slots=True)
class Written:
    text: str
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a stream; the last one carries the token counts, if the endpoint tells them."""

    text: str
    input_tokens: int = 0
    output_tokens: int = 0


class Wire(Protocol):
    def warm_up(self) -> None:
        """Load what takes long to load, now rather than at the first question."""
        ...

    def send(self, ask: Ask, timeout_secs: float) -> Written:
        """Raises WireError, and nothing else."""
        ...

    def stream(self, ask: Ask, timeout_secs: float) -> Iterator[Piece]:
        """`timeout_secs` holds until the first piece and between pieces. Raises WireError. Closing it hangs up."""
        ...
