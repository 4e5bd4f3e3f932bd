"""Bytes of a text file to text: UTF-8 with or without BOM, CP932 (Excel's Japanese default), UTF-16 with BOM."""

import codecs

from knowledge.errors import NotReadable
from knowledge.faq.table import MAX_FILE_BYTES, Encoding
from knowledge.text.late_pattern import late_pattern

_CLEARLY_UTF8 = 10  # so many multi-byte characters do not come about in CP932 by accident
_NEITHER = "UTF-8 でも CP932（シフトJIS）でも"
_STRAY = late_pattern("[\x80\xa0\uf8f0-\uf8f3]")
_SIGNATURES = {
    b"\xd0\xcf\x11\xe0": "古い形式のExcelファイル（.xls）は読み込めません。.xlsx か CSV で保存し直してください。",
    b"%PDF": "PDFファイルです。CSV か .xlsx を選んでください。",
}


def decode(data: bytes) -> tuple[str, Encoding]:
    """Raises NotReadable naming the place that cannot be read."""
    check_size(data)
    for signature, message in _SIGNATURES.items():
        if data.startswith(signature):
            raise NotReadable(message)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _utf16(data), "utf-16"
    nul = data.find(b"\0")
    if nul >= 0:
        raise NotReadable(
            f"文字のファイルではありません（{_place(data, nul)}に NUL があります）。CSVか確認してください。"
        )
    if data.startswith(codecs.BOM_UTF8):
        return _utf8(data[len(codecs.BOM_UTF8) :], data), "utf-8-bom"
    return _guessed(data)


def check_size(data: bytes) -> None:
    """Raises NotReadable for an empty file and for one beyond the limit."""
    if not data.strip():
        raise NotReadable("ファイルが空です。")
    if len(data) > MAX_FILE_BYTES:
        most = MAX_FILE_BYTES // (1024 * 1024)
        raise NotReadable(
            f"ファイルが大きすぎます（{len(data) / 1024 / 1024:.1f} MB）。{most} MB 以内に分けてください。"
        )


def _guessed(data: bytes) -> tuple[str, Encoding]:
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as exc:
        utf8_error = exc
    good = data[: utf8_error.start].decode("utf-8")
    if sum(1 for char in good if ord(char) > 0x7F) >= _CLEARLY_UTF8:
        raise _unreadable(data, utf8_error.start, "UTF-8") from utf8_error
    try:
        text = data.decode("cp932")
    except UnicodeDecodeError as exc:
        raise _unreadable(data, max(exc.start, utf8_error.start), _NEITHER) from exc
    # Bytes without meaning in CP932, which Python lets through as characters nobody types.
    stray = _STRAY.search(text)
    if stray:
        raise _unreadable(data, len(text[: stray.start()].encode("cp932")), _NEITHER)
    return text, "cp932"


def _utf8(body: bytes, data: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise _unreadable(data, exc.start + len(data) - len(body), "UTF-8") from exc


def _utf16(data: bytes) -> str:
    try:
        text = data.decode("utf-16")
    except UnicodeDecodeError as exc:
        raise _unreadable(data, exc.start, "UTF-16") from exc
    if "\0" in text:
        raise NotReadable("文字のファイルではありません（NUL があります）。CSVか確認してください。")
    return text


def _unreadable(data: bytes, position: int, encoding: str) -> NotReadable:
    ending = "ファイルが途中で切れている可能性があります。" if position >= len(data) - 4 else ""
    suffix = "" if encoding.endswith("も") else " として"
    return NotReadable(
        f"{_place(data, position)}の文字を {encoding}{suffix}読み取れません。{ending}"
        "UTF-8 か CP932 で保存し直してください。"
    )


def _place(data: bytes, position: int) -> str:
    line = data.count(b"\n", 0, position) + 1
    return f"{line}行目（{position + 1:,}バイト目）"
