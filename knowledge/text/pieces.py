"""Words put together from pieces that overlap.

Pure: standard library only.
"""

import re


def made_of(piece: re.Pattern[str], text: str, longest: int) -> bool:
    """True when `text` is one or more pieces of at most `longest` characters, one after the other: what `(piece)+` means.
    Place by place, because a pattern tries every way to put overlapping pieces (んです = ん + です) together."""
    reached = [True] + [False] * len(text)
    for start in range(len(text)):
        if reached[start]:
            for end in range(start + 1, min(len(text), start + longest) + 1):
                reached[end] = reached[end] or bool(piece.fullmatch(text, start, end))
    return bool(text) and reached[-1]
