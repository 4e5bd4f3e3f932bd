"""How long work tells where it stands."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with the stage's name, steps done and steps in all."""


def silent(stage: str, done: int, total: int) -> None:
    """For callers that show nothing."""
