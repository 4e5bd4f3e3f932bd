"""Redaction while somebody is still speaking: give out what can no longer change, hold back the rest."""

import re

from knowledge.ports import Redaction, Redactor
from knowledge.privacy.corrections import WRONG
from knowledge.privacy.kinds import LABELS
from knowledge.privacy.redacted import RedactedText

_CONTEXT_CHARS = 64
"""Text already given out that rules may still look back at (「暗証番号は」 … 「1234」)."""
_MAX_PENDING = 4_000
"""Without any safe place for this long the oldest part is given out anyway, masked as far as it can be."""
_KEEP_ON_OVERFLOW = 200
_BOUNDARY = re.compile(r"[。！？!?\n]|、")
_OPEN_DIGITS = re.compile(r"(?:[0-9０-９〇零一二三四五六七八九十A-Za-z@＠+（(]|[ァ-ヺー])[\s、。,.・の\-－ー―‐]{0,6}\Z")
_OPEN_SPOKEN = re.compile(
    r"(?:ぜろ|れい|まる|いち|にー?|さん|よん|しー?|ごー?|ろく|なな|しち|はち|きゅう?|く|えーと?|ええと|えっと|あの|の|はい)[\s、。]{0,4}\Z"
)
_OPEN_CUE = re.compile(
    r"(?:番号|パスワード|町名|番地|下の名前|旧姓|今は|現在は|書いて|住所|自宅|家|実家|氏名|名前|名字|苗字|生年月日|誕生日|生まれ|電話|携帯|連絡先|メール|アドレス|記号|口座|普通|当座|ID|ナンバー"
    r"|代理人|世帯主|申請者|名義|漢字|夫|妻|息子|娘|長男|長女|父|母|言います|いきます|申し上げます)[^。]{0,16}[、。\s]{0,2}\Z"
)


_SPOKEN = r"[0-9０-９〇零一二三四五六七八九十]|[ァ-ヺー]{2}|ぜろ|まる|いち|さん|よん|ろく|なな|はち|きゅう"
_OPEN_PIECE = re.compile(rf"(?:{_SPOKEN})[^0-9０-９。！？!?\n円年月日時分歳%]{{0,16}}\Z")
"""A number told in pieces may go on after a few words."""
_OPEN_CORRECTION = re.compile(rf"(?:{_SPOKEN})[^0-9０-９。\n]{{0,12}}?{WRONG}[^0-9０-９\n]{{0,14}}\Z")


class StreamingRedactor:
    """Feed chunks of one speaker's turn; the parts returned, joined, are the redacted turn."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._context = ""
        self._pending = ""

    def feed(self, chunk: str) -> RedactedText:
        """The next part that is safe to show; often empty."""
        self._pending += chunk
        redaction = self._redactor.redact(self._context + self._pending)
        cut = self._cut(redaction)
        return self._release(redaction, cut) if cut else RedactedText("")

    def close(self) -> RedactedText:
        """Everything still held back; the object is then ready for the next turn."""
        redaction = self._redactor.redact(self._context + self._pending)
        text = self._release(redaction, len(self._pending))
        self._context = ""
        return text

    def _cut(self, redaction: Redaction) -> int:
        """Length of the pending text that no later chunk can change."""
        offset = len(self._context)
        for match in reversed(list(_BOUNDARY.finditer(self._pending))):
            if self._is_closed(redaction, match.end()) and not _crossed(redaction, offset + match.end()):
                return match.end()
        if len(self._pending) <= _MAX_PENDING:
            return 0
        return _before_span(redaction, offset, len(self._pending) - _KEEP_ON_OVERFLOW)

    def _is_closed(self, redaction: Redaction, cut: int) -> bool:
        """Whether what stands before the cut cannot be the first half of a personal datum."""
        end = len(self._context) + cut
        before = (self._context + self._pending)[max(0, end - _CONTEXT_CHARS) : end]
        if _OPEN_DIGITS.search(before) or _OPEN_SPOKEN.search(before):
            return False
        if _OPEN_PIECE.search(before) or _OPEN_CORRECTION.search(before):
            return False
        # A cue whose datum is found already waits for nothing more.
        answered = max((stop for _, stop, _ in redaction.spans if stop <= end), default=0)
        return not _OPEN_CUE.search(before[max(0, answered - (end - len(before))) :])

    def _release(self, redaction: Redaction, cut: int) -> RedactedText:
        offset = len(self._context)
        whole = self._context + self._pending
        parts: list[str] = []
        position = offset
        for start, end, kind in redaction.spans:
            if end <= offset or start >= offset + cut:
                continue
            parts += [whole[position : max(position, start)], LABELS[kind]]
            position = max(position, end)
        parts.append(whole[position : max(position, offset + cut)])
        self._context = whole[max(0, offset + cut - _CONTEXT_CHARS) : offset + cut]
        self._pending = self._pending[cut:]
        return RedactedText("".join(parts))


def _crossed(redaction: Redaction, at: int) -> bool:
    return any(start < at < end for start, end, _ in redaction.spans)


def _before_span(redaction: Redaction, offset: int, wanted: int) -> int:
    """The wanted cut, moved to the end of a datum it would split."""
    for start, end, _ in redaction.spans:
        if start < offset + wanted < end:
            return end - offset
    return wanted
