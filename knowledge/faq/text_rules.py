"""What text of an FAQ may contain. Characters nobody can see are removed with a warning; what cannot be meant as text
(NUL, control characters, half a character, script) is an error that names itself."""

import re
from dataclasses import dataclass

from knowledge.text.late_pattern import late_pattern

_LINE_BREAKS = late_pattern("\r\n?|[\v\f\x85\u2028\u2029]")
_INVISIBLE = late_pattern("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# With the two code points that no XML file, and so no Excel workbook, can hold.
_CONTROL = late_pattern("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_SURROGATE = late_pattern("[\ud800-\udfff]")
_ACTIVE = late_pattern(
    r"<\s*/?\s*(script|iframe|object|embed|style|svg|math|form|input|meta|link|base)\b|<[^>]*\son\w+\s*=", re.I
)
_BREAKING_TAG = late_pattern(r"<\s*(?:br|/p|/div|/li|/tr|/h[1-6])\s*/?\s*>", re.I)
_PLAIN_TAG = late_pattern(
    r"</?\s*(?:br|p|div|span|a|b|strong|i|em|u|ul|ol|li|table|thead|tbody|tr|td|th|h[1-6]|font|img|hr|small|sup|sub)"
    r"(?:\s[^<>]*)?/?\s*>",
    re.I,
)
_NOT_PLAIN = late_pattern(
    "[\x00-\x1f<\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
"""Whatever any of the patterns above begins with, but for spaces: most text has none of it, and one look says so."""
_ACTIVE_MESSAGE = "HTMLのスクリプトなど、動作する要素は使えません。文章だけにしてください。"
_TRAILING = late_pattern(r"[ \t\u3000]+(?=\n|$)")
_BLANK_LINES = late_pattern(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Checked:
    """Text as it may be stored, with what was wrong (`errors`) and what was changed silently (`warnings`)."""

    text: str
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def check_text(raw: str, max_chars: int, multiline: bool = True) -> Checked:
    """Clean `raw` for storage. The result of cleaning is a fixed point: cleaning it again changes nothing."""
    if not raw or (raw.isascii() and raw.isalnum() and len(raw) <= max_chars):
        return Checked(raw)
    if len(raw) <= max_chars and not _NOT_PLAIN.search(raw):
        return Checked(raw.strip())
    errors = _errors(raw, max_chars)
    if errors:
        return Checked(raw, errors)
    warnings = []
    text = _INVISIBLE.sub("", raw)
    if len(text) != len(raw):
        warnings.append("目に見えない制御文字を取り除きました。")
    if "<" in text:
        without = _without_tags(text)
        # Taking out <b> can join "<scr" and "ipt>".
        if _ACTIVE.search(without):
            return Checked(raw, (_ACTIVE_MESSAGE,))
        if without != text:
            warnings.append("HTMLのタグを取り除きました。")
            text = without
    return Checked(_tidy(text, multiline), (), tuple(warnings))


def _errors(raw: str, max_chars: int) -> tuple[str, ...]:
    found = []
    if len(raw) > max_chars:
        found.append(f"長すぎます（{len(raw):,}文字）。{max_chars:,}文字以内にしてください。")
    control = _CONTROL.search(raw)
    if control:
        place = control.start() + 1
        found.append(f"{place}文字目に使えない制御文字（U+{ord(control.group()):04X}）があります。取り除いてください。")
    surrogate = _SURROGATE.search(raw)
    if surrogate:
        found.append(f"{surrogate.start() + 1}文字目の文字が壊れています。入力し直してください。")
    if "<" in raw and _ACTIVE.search(_INVISIBLE.sub("", raw)):
        found.append(_ACTIVE_MESSAGE)
    return tuple(found)


def _without_tags(text: str) -> str:
    # Until nothing changes: removing a tag can leave another one behind ("<b<b>>").
    while True:
        stripped = _PLAIN_TAG.sub("", _BREAKING_TAG.sub("\n", text))
        if stripped == text:
            return text
        text = stripped


def _tidy(text: str, multiline: bool) -> str:
    lines = _LINE_BREAKS.sub("\n", text)
    if not multiline:
        return " ".join(lines.replace("\t", " ").split("\n")).strip()
    return _BLANK_LINES.sub("\n\n", _TRAILING.sub("", lines.replace("\t", " "))).strip()
