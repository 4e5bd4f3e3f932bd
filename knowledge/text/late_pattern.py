"""Regular expressions that are compiled when they are first used: there are many hundreds, compiling all of them takes half
a second, and one question needs a quarter."""

import re
import time
from typing import Any, cast

_waiting: list["_LatePattern"] = []


class _LatePattern:
    """Thread-safe: at worst a pattern is compiled twice."""

    def __init__(self, source: str, flags: int) -> None:
        self._source, self._flags = source, flags
        self._compiled: re.Pattern[str] | None = None
        _waiting.append(self)

    def compiled(self) -> "re.Pattern[str]":
        if self._compiled is None:
            self._compiled = re.compile(self._source, self._flags)
        return self._compiled

    def __getattr__(self, name: str) -> Any:
        """What the pattern has; from the second time on it is found without asking here."""
        found = self.__dict__[name] = getattr(self.compiled(), name)
        return found


def late_pattern(source: str, flags: int = 0) -> "re.Pattern[str]":
    """`re.compile` for the constants of a module. Everything the pattern has can be asked for; only the functions of `re`
    do not take it. A mistake in it shows at the first use."""
    return cast("re.Pattern[str]", _LatePattern(source, flags))


def compile_waiting() -> None:
    """All that nobody has used yet, beside others, who go first after each."""
    while _waiting:
        _waiting.pop().compiled()
        time.sleep(0)
