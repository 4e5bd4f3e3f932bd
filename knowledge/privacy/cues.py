"""Numbers and codes that only a word before (or after) them gives away: 暗証番号, 口座番号, 年金番号 …"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.privacy.digits import DigitRun, Token
from knowledge.privacy.harmless import harmless_pieces, is_counted
from knowledge.privacy.kinds import Kind, Span
from knowledge.privacy.officials import Officials
from knowledge.privacy.shapes import groups_of, is_phone
from knowledge.text.late_pattern import late_pattern

_REACH = 14
"""How many characters may stand between a cue and its number."""
_SENTENCE_END = late_pattern(r"[。\n\ufffc]")
_BREAK = late_pattern(r"[。\n\ufffc]|桁|円")
_CLOSE = late_pattern(r"[はがをのも:：、\s「（(]{0,4}(?:えっと|えー|ええと)?\s?\Z")


@dataclass(frozen=True, slots=True)
class Cue:
    kind: Kind
    words: re.Pattern[str]
    least: int
    most: int


def _cue(kind: Kind, words: str, least: int, most: int) -> Cue:
    return Cue(kind, re.compile(words), least, most)


# No pattern reaches over \ufffc, the mark of what is hidden already: its length differs between two redactions.
_CUES = (
    _cue(Kind.SECRET, r"暗証(?:番号|は|が|を)|パスワード|(?<![A-Za-z])PIN(?![A-Za-z])|ピン番号", 4, 16),
    _cue(Kind.LICENCE, r"免許(?:証)?(?:の)?番号|免許証", 10, 12),
    _cue(Kind.PENSION, r"年金(?:手帳)?(?:の)?番号|年金手帳", 4, 10),
    _cue(Kind.BANK_ACCOUNT, r"ゆうちょ(?:銀行)?の?\s?記号|ゆうちょ[^。\n0-9\ufffc]{0,8}記号", 4, 6),
    _cue(
        Kind.BANK_ACCOUNT,
        r"ゆうちょ[^。\n\ufffc]{0,24}?番号|口座(?:の)?番号|口座の?|普通(?:預金)?|当座(?:預金)?|貯蓄預金",
        6,
        8,
    ),
    _cue(
        Kind.INSURANCE,
        r"保険者番号|保険証?者?証?の?(?:記号)?番号|保険証の記号|記号番号|資格確認書の(?:記号)?番号",
        2,
        13,
    ),
    _cue(Kind.INSURANCE, r"記号(?=[はがも:：\s、]?[0-9])", 2, 8),
    _cue(Kind.INSURANCE, r"記号[^。\n\ufffc]{0,16}?番号", 2, 8),
    _cue(Kind.APPLICATION_ID, r"申請書の?(?:ID|id|Id|番号)|申請ID", 8, 30),
    _cue(Kind.SERIAL, r"製造番号|照会番号|受付番号|整理番号|問い?合わせ番号|申請番号|管理番号|予約番号", 6, 24),
    _cue(Kind.CREDIT_CARD, r"クレジット(?:カード)?(?:の)?(?:番号)?|カードの?番号", 13, 19),
    _cue(Kind.MY_NUMBER, r"マイナンバー(?!カード|制度)|個人番号(?!カード|通知)", 4, 12),
    _cue(Kind.OTHER_NUMBER, r"(?:下|末尾の?|最後の|頭の)\s?(?:4|四|よん|3|三|さん)\s?(?:桁|けた|ケタ)", 3, 4),
    _cue(Kind.PHONE, r"市外局番(?:は?(?:なし|抜き|無し))?", 6, 11),
    _cue(Kind.PHONE, r"電話(?:番号)?|携帯(?:番号)?|連絡先|TEL|Tel|折り?返し(?:先)?", 6, 11),
)
_ANY_CUE = late_pattern(
    "番号|暗証|パスワード|PIN|免許|年金|ゆうちょ|口座|普通|当座|貯蓄|記号|申請|クレジット|ナンバー|桁|けた|ケタ|局番|電話|携帯|連絡|TEL|Tel|返し|保険"
)
_AFTER_SECRET = late_pattern(
    r"(?:が|は|を|って|という(?:のが)?)(?:私の|自分の|今の)?(?:暗証番号|パスワード)(?!に(?:使|でき|は|な))"
)
_CODE = (
    (
        Kind.SECRET,
        late_pattern(r"(?:暗証番号|パスワード|(?<![A-Za-z])PIN(?![A-Za-z]))[はがをも:：、\s「]{0,4}([!-~]{4,24})"),
    ),
    (
        Kind.SERIAL,
        late_pattern(
            r"(?:製造番号|照会番号|受付番号|整理番号|問い?合わせ番号|申請番号|管理番号|予約番号)"
            r"[はがをも:：、\s「]{0,4}([A-Za-z0-9][A-Za-z0-9-]{4,23})"
        ),
    ),
)
_RESIDENCE = late_pattern(r"(?<![A-Za-z])[A-Za-z]{2}[ -]?[0-9]{4}[ -]?[0-9]{4}[ -]?[A-Za-z]{2}(?![A-Za-z0-9])")
_PASSPORT = late_pattern(r"(?<![A-Za-z0-9])[A-Za-z]{2}[ -]?[0-9]{7}(?![A-Za-z0-9])")


def spans_by_cue(text: str, runs: Sequence[DigitRun], officials: Officials) -> list[Span]:
    """Values announced by a word. Earlier cues win where two claim the same digits."""
    if not _ANY_CUE.search(text):
        return []
    starts = [run.start for run in runs]
    spans: list[Span] = []
    for kind, pattern in _CODE:
        spans += [Span(*match.span(1), kind) for match in pattern.finditer(text) if _is_code(match[1], officials)]
    for cue in _CUES:
        for match in cue.words.finditer(text):
            span = _value_after(text, match.end(), cue, runs, starts, officials)
            if span:
                spans.append(span)
    spans += [_secret(run) for run in runs if 4 <= len(run) <= 8 and _AFTER_SECRET.match(text, run.end)]
    return spans


_MY_NUMBER_TOLD = late_pattern(r"マイナンバー(?!カード|制度|ポータル)|個人番号(?!カード|通知)")
_SENTENCE_CHARS = 60
_PART = range(4, 13)


def my_number_parts(text: str, runs: Sequence[DigitRun], officials: Officials) -> list[Span]:
    """Whatever digits follow the word in its sentence: 「マイナンバーの下四桁は7788で、上は445566です」."""
    starts = [run.start for run in runs]
    spans: list[Span] = []
    for match in _MY_NUMBER_TOLD.finditer(text):
        stop = _SENTENCE_END.search(text, match.end(), match.end() + _SENTENCE_CHARS)
        end = stop.start() if stop else match.end() + _SENTENCE_CHARS
        for run in runs[bisect_left(starts, match.end()) : bisect_left(starts, end)]:
            plain = is_counted(text, run.end) or harmless_pieces(text, run.start, run.end)
            if len(run) in _PART and not plain and not officials.is_public_phone(run.value):
                spans.append(Span(run.start, run.end, Kind.MY_NUMBER))
    return spans


def document_numbers(text: str) -> list[Span]:
    """在留カード番号 and 旅券番号, which are told by their letters."""
    cards = [Span(*match.span(), Kind.RESIDENCE_CARD) for match in _RESIDENCE.finditer(text)]
    return cards + [Span(*match.span(), Kind.PASSPORT) for match in _PASSPORT.finditer(text)]


def _secret(run: DigitRun) -> Span:
    return Span(run.start, run.end, Kind.SECRET)


def _is_code(value: str, officials: Officials) -> bool:
    """A code has a digit and is not a date, an amount or a public phone."""
    digits = "".join(char for char in value if char.isdigit())
    if len(digits) < (3 if digits == value else 1) or officials.is_public_phone(digits):
        return False
    letters = any(char.isalpha() for char in value)
    return letters and len(value) >= 5


def _value_after(
    text: str, end: int, cue: Cue, runs: Sequence[DigitRun], starts: list[int], officials: Officials
) -> Span | None:
    index = bisect_left(starts, end)
    if index == len(runs) or starts[index] - end > _REACH or _BREAK.search(text, end, starts[index]):
        return None
    run = _leading(runs[index], cue)
    if run is None or is_counted(text, run.end) or officials.is_public_phone(run.value):
        return None
    if _overlaps(run, harmless_pieces(text, run.start, run.end)) and len(run) < 12:
        return None
    close = _CLOSE.fullmatch(text, end, run.start) is not None
    if is_phone(run.value) and cue.kind is not Kind.PHONE and not (close and cue.kind is Kind.PENSION):
        return None
    return Span(_with_mark(text, run.start, cue.kind), run.end, cue.kind)


def _leading(run: DigitRun, cue: Cue) -> DigitRun | None:
    """The run, or as many of its first groups as the cue's number can hold."""
    if len(run) <= cue.most:
        return run if len(run) >= cue.least else None
    tokens: list[Token] = []
    for group in groups_of(run):
        if len(tokens) + len(group) > cue.most:
            break
        tokens += group
    return DigitRun(tuple(tokens)) if len(tokens) >= cue.least else None


def _overlaps(run: DigitRun, pieces: list[tuple[int, int]]) -> bool:
    return any(start < run.end and run.start < end for start, end in pieces)


def _with_mark(text: str, start: int, kind: Kind) -> int:
    """An insurance symbol may open with one kanji (松123)."""
    if kind is Kind.INSURANCE and start >= 2 and "一" <= text[start - 1] <= "龥" and text[start - 2] in "はが:：、 ":
        return start - 1
    return start
