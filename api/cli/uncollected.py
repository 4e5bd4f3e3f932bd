"""Work without the garbage collector, for commands that end when their work is done."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Looking for garbage among all that is loaded costs `ask` a fifth of a second and an import of 10,000 FAQ two
    seconds; neither leaves any worth mentioning."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
