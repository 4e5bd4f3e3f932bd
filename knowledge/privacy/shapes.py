"""Numbers recognised by their shape alone: 個人番号, phones, 申請書ID, cards, and any long run of digits."""

from knowledge.privacy.digits import DigitRun, Token
from knowledge.privacy.harmless import harmless_pieces, is_counted
from knowledge.privacy.kinds import Kind, Span
from knowledge.privacy.officials import Officials

_LONG = 11
"""Runs this long are masked whatever they are: a digit lost or doubled by speech recognition hides a 個人番号."""
_APPLICATION_ID = 23
_ECHO = 3
"""Shorter groups are repeated by chance."""
_CARD_GROUPS = ([4, 4, 4, 4], [4, 6, 5], [16], [15], [14], [4, 6, 4])


def spans_by_shape(text: str, run: DigitRun, officials: Officials) -> list[Span]:
    """Personal numbers inside one run of digits."""
    if len(run) < 9:
        return []
    run = _without_hours(text, run, officials)
    parts = _without(run, harmless_pieces(text, run.start, run.end))
    if not parts:
        return []
    if len(run) != 12 and _counts_up(run):
        return []
    if (len(run) == 12 and not _is_international(text, run)) or _echoed_size(run) == 12:
        return [Span(run.start, run.end, Kind.MY_NUMBER)]
    return [span for part in parts for span in _classify(text, part, officials)]


def _without_hours(text: str, run: DigitRun, officials: Officials) -> DigitRun:
    """「0120-95-0178（24時間受付）」 is a public line and a count, not twelve digits."""
    groups = groups_of(run)
    rest = DigitRun(tuple(token for group in groups[:-1] for token in group)) if len(groups) > 1 else run
    counted = is_counted(text, run.end) and officials.is_public_phone(rest.value)
    return rest if counted else run


def _echoed_size(run: DigitRun) -> int:
    """Digits without what the other side repeats: 「1234、はい1234、5678、はい5678、9012」 are twelve. 0 without an echo."""
    groups = ["".join(token.digit for token in group) for group in groups_of(run)]
    once = [
        group for place, group in enumerate(groups) if place == 0 or group != groups[place - 1] or len(group) < _ECHO
    ]
    return sum(map(len, once)) if len(once) < len(groups) else 0


def is_phone(digits: str) -> bool:
    """Shape of a Japanese phone number with its area code."""
    if len(digits) == 11:
        return digits[0] == "0" and digits[1] in "56789" and digits[2] == "0"
    return len(digits) == 10 and digits[0] == "0" and digits[1] != "0"


def groups_of(run: DigitRun) -> list[list[Token]]:
    """Tokens that stand side by side, without a separator."""
    groups: list[list[Token]] = []
    for token in run.tokens:
        if groups and groups[-1][-1].end == token.start:
            groups[-1].append(token)
        else:
            groups.append([token])
    return groups


def _classify(text: str, run: DigitRun, officials: Officials) -> list[Span]:
    value, size = run.value, len(run)
    if size == 12 and not _is_international(text, run):
        return [Span(run.start, run.end, Kind.MY_NUMBER)]
    if _is_international(text, run):
        return [Span(run.start - 1, run.end, Kind.PHONE)]
    if is_phone(value):
        first = "".join(token.digit for token in groups_of(run)[0])
        return [] if officials.is_public_phone(value, first) else [Span(_open(text, run.start), run.end, Kind.PHONE)]
    if size == _APPLICATION_ID:
        return [Span(run.start, run.end, Kind.APPLICATION_ID)]
    if size > _LONG and [len(group) for group in groups_of(run)] in _CARD_GROUPS:
        return [Span(run.start, run.end, Kind.CREDIT_CARD)]
    return _decompose(text, run, officials)


def _decompose(text: str, run: DigitRun, officials: Officials) -> list[Span]:
    """Several numbers side by side: take whole phones and 12-digit numbers out, mask what is long of the rest."""
    groups = groups_of(run)
    spans: list[Span] = []
    rest: list[Token] = []
    index = 0
    while index < len(groups):
        taken = _number_from(groups, index)
        if taken:
            tokens = tuple(token for group in groups[index : index + taken] for token in group)
            spans += _leftover(text, rest) + _classify(text, DigitRun(tokens), officials)
            rest = []
            index += taken
        else:
            rest += groups[index]
            index += 1
    return spans + _leftover(text, rest)


def _number_from(groups: list[list[Token]], index: int) -> int:
    """How many groups from `index` make one phone or one 12-digit number (0: none)."""
    value = ""
    for taken, group in enumerate(groups[index : index + 12], start=1):
        value += "".join(token.digit for token in group)
        if is_phone(value) or len(value) == 12:
            return taken
        if len(value) > 12:
            return 0
    return 0


def _leftover(text: str, tokens: list[Token]) -> list[Span]:
    if not tokens:
        return []
    start, end = tokens[0].start, tokens[-1].end
    if len(tokens) >= 20:
        return [Span(start, end, Kind.APPLICATION_ID)]
    if len(tokens) >= _LONG and not is_counted(text, end) and not _is_company_number(text, start, len(tokens)):
        return [Span(start, end, Kind.OTHER_NUMBER)]
    if len(tokens) == 10 and [len(group) for group in groups_of(DigitRun(tuple(tokens)))] == [4, 6]:
        return [Span(start, end, Kind.PENSION)]
    return []


def _is_company_number(text: str, start: int, size: int) -> bool:
    """法人番号 is public; without the word, 13 digits may as well be a 個人番号 with one digit too many."""
    return size == 13 and "法人番号" in text[max(0, start - 10) : start]


def _is_international(text: str, run: DigitRun) -> bool:
    if run.start == 0 or text[run.start - 1] != "+":
        return False
    return run.value.startswith("81") and len(run) in (11, 12)


def _counts_up(run: DigitRun) -> bool:
    """1・2・3・…・10 is a list."""
    values = ["".join(token.digit for token in group) for group in groups_of(run)]
    return len(values) > 4 and values == [str(int(values[0]) + step) for step in range(len(values))]


def _open(text: str, start: int) -> int:
    return start - 1 if start and text[start - 1] in "(（" else start


def _without(run: DigitRun, pieces: list[tuple[int, int]]) -> list[DigitRun]:
    """What is left of the run outside the pieces; one walk over both, because a run may be very long."""
    if not pieces:
        return [run]
    parts: list[list[Token]] = [[]]
    position = 0
    for token in run.tokens:
        while position < len(pieces) and pieces[position][1] <= token.start:
            position += 1
        if position < len(pieces) and pieces[position][0] <= token.start:
            parts.append([])
        else:
            parts[-1].append(token)
    return [DigitRun(tuple(part)) for part in parts if part]
