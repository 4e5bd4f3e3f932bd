"""CP932 for old office tools: what it can hold, and what a text looks like after the trip."""

from functools import lru_cache

_TWINS = str.maketrans("〜−‖¢£¬—¥‾", "～－∥￠￡￢―￥￣")
SUBSTITUTE = "〓"


def unwritable(text: str) -> tuple[str, ...]:
    """Characters CP932 cannot hold, each once, in order; twins such as 〜/～ count as writable."""
    return tuple(dict.fromkeys(char for char in text.translate(_TWINS) if not _holds(char)))


def image(text: str) -> str:
    """The text as CP932 returns it: twins folded, everything unwritable shown as 〓."""
    folded = text.translate(_TWINS)
    return "".join(char if _holds(char) else SUBSTITUTE for char in folded)


@lru_cache(maxsize=20_000)
def _holds(char: str) -> bool:
    try:
        return char.encode("cp932").decode("cp932") == char
    except UnicodeError:
        return False
