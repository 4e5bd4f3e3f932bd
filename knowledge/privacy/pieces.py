"""A number told piece by piece, with ordinary words between: 「頭が4455で、次に6677で、お尻が8890です」."""

from collections.abc import Sequence

from knowledge.privacy.digits import DigitRun
from knowledge.privacy.harmless import harmless_pieces, is_counted
from knowledge.privacy.kinds import Kind, Span
from knowledge.privacy.officials import Officials
from knowledge.privacy.shapes import is_phone
from knowledge.text.late_pattern import late_pattern

_MY_NUMBER = 12
_PIECE = range(2, 11)
_APART_CHARS = 16
_LONG_PIECE, _MANY = 3, 3
_NEARLY = (11, 13)
"""A digit more or less, as recognisers hear it, in three pieces or more: still a personal number."""
_LETTER = late_pattern(r"[A-Za-z]")
_BREAK = late_pattern(r"[A-Za-z。\n\ufffc円年月日時分歳%]|内線|桁(?!が|は)|または|もしくは|から.{0,6}まで")


def in_pieces(text: str, runs: Sequence[DigitRun], officials: Officials) -> list[Span]:
    """Neighbouring runs that make 12 digits, or one phone number, when put together."""
    spans: list[Span] = []
    index = 0
    while index < len(runs) - 1:
        taken, kind = _together(text, runs, index, officials)
        spans += [Span(run.start, run.end, kind) for run in runs[index : index + taken]]
        index += max(taken, 1)
    return spans


def _together(text: str, runs: Sequence[DigitRun], index: int, officials: Officials) -> tuple[int, Kind]:
    """How many runs from `index` belong together (0: none)."""
    value, long = "", 0
    best = (0, Kind.PHONE)
    for at in range(index, min(len(runs), index + _MY_NUMBER // 2)):
        run = runs[at]
        if at > index and not _near(text, runs[at - 1], run):
            break
        if not _is_piece(text, run, officials):
            break
        if at == index or run.value != runs[at - 1].value:  # what the other side repeats is one piece
            value += run.value
            long += len(run) >= _LONG_PIECE
        if at > index and len(value) == _MY_NUMBER:
            return at - index + 1, Kind.MY_NUMBER
        if at > index and is_phone(value) and not officials.is_public_phone(value):
            best = (at - index + 1, Kind.PHONE)
        elif long >= _MANY and len(value) in _NEARLY:
            best = (at - index + 1, Kind.OTHER_NUMBER)
    return best


def _near(text: str, one: DigitRun, other: DigitRun) -> bool:
    return other.start - one.end <= _APART_CHARS and not _BREAK.search(text, one.end, other.start)


def _is_piece(text: str, run: DigitRun, officials: Officials) -> bool:
    if len(run) not in _PIECE or is_counted(text, run.end) or officials.is_public_phone(run.value):
        return False
    if _LETTER.match(text, run.end) or (run.start and _LETTER.match(text, run.start - 1)):
        return False
    return not harmless_pieces(text, run.start, run.end)
