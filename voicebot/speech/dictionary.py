"""The user dictionary of the voice: how place names, buildings and office words are read. Editable by the city."""

import csv
import hashlib
import io
import re
import subprocess
import sys
import tempfile
import threading
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from knowledge.errors import InvalidInput, Problem, Unavailable

_KATAKANA = re.compile(r"[ァ-ヴー]+")
_SMALL = "ァィゥェォャュョヮ"
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000, ord("-"): 0x2212}
_HIRAGANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_building = threading.Lock()


@dataclass(frozen=True, slots=True)
class Word:
    """`accent`: mora after which the pitch falls, 0 for flat."""

    surface: str
    reading: str
    accent: int = 0


def shipped() -> tuple[Word, ...]:
    return read_csv((files("voicebot") / "data" / "dictionary.csv").read_text(encoding="utf-8"))


def read_csv(text: str) -> tuple[Word, ...]:
    """Rows `surface,reading[,accent]`. Raises InvalidInput naming every bad row."""
    words: list[Word] = []
    problems: list[Problem] = []
    for number, row in enumerate(csv.reader(io.StringIO(text)), start=1):
        if not row or row[0].startswith("#") or row[0] == "surface":
            continue
        try:
            words.append(word(row[0], row[1] if len(row) > 1 else "", row[2] if len(row) > 2 else "0"))
        except InvalidInput as exc:
            problems.append(Problem(exc.message, number))
    if problems:
        raise InvalidInput("読み辞書に直していただきたい行があります。", problems)
    return tuple(words)


def word(surface: str, reading: str, accent: str | int = 0) -> Word:
    """A checked word; hiragana readings are accepted. Raises InvalidInput."""
    surface = unicodedata.normalize("NFKC", surface).strip()
    reading = unicodedata.normalize("NFKC", reading).strip().translate(_HIRAGANA)
    if not surface or len(surface) > 40 or any(mark in surface for mark in ',"\n\r'):
        raise InvalidInput("表記は1〜40文字で、「,」や改行を含めずに入力してください。")
    if not _KATAKANA.fullmatch(reading):
        raise InvalidInput(f"「{surface}」の読みは、ひらがなかカタカナで入力してください。")
    fall = int(accent) if str(accent).strip().isdigit() else 0
    if fall > moras(reading):
        raise InvalidInput(f"「{surface}」のアクセントは、0から{moras(reading)}までの数字にしてください。")
    return Word(surface, reading, fall)


def moras(reading: str) -> int:
    return sum(1 for ch in reading if ch not in _SMALL)


def merge(*parts: Iterable[Word]) -> tuple[Word, ...]:
    """Later parts win; sorted so that the same words give the same version."""
    words: dict[str, Word] = {}
    for part in parts:
        words.update({entry.surface: entry for entry in part})
    return tuple(words[key] for key in sorted(words))


def from_readings(readings: Mapping[str, str]) -> tuple[Word, ...]:
    return tuple(word(surface, reading) for surface, reading in readings.items())


def version(words: Iterable[Word]) -> str:
    text = "\n".join(f"{entry.surface},{entry.reading},{entry.accent}" for entry in words)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def to_csv(words: Iterable[Word]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("surface", "reading", "accent"))
    writer.writerows((entry.surface, entry.reading, entry.accent) for entry in words)
    return out.getvalue()


def compile_words(words: Iterable[Word], folder: Path) -> Path:
    """The binary dictionary of these words in `folder`, built when it is not there yet."""
    chosen = tuple(words)
    target = folder / f"user-{version(chosen)}.dic"
    with _building:
        if not target.exists():
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder) as work:
                source, built = Path(work) / "user.csv", Path(work) / "user.dic"
                source.write_text("".join(_mecab_row(entry) for entry in chosen), encoding="utf-8")
                _index(source, built)
                built.replace(target)
    return target


def _index(source: Path, built: Path) -> None:
    # In a process of its own: the indexer writes its progress to standard output from C.
    code = "import sys, pyopenjtalk; pyopenjtalk.mecab_dict_index(sys.argv[1], sys.argv[2])"
    command = [sys.executable, "-c", code, str(source), str(built)]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=120)  # noqa: S603 - our own arguments
    except (subprocess.SubprocessError, OSError) as exc:
        raise Unavailable("読み辞書を組み込めませんでした。音声の部品 [voice] を確認してください。") from exc


def _mecab_row(entry: Word) -> str:
    # Open JTalk looks words up in full-width form, with U+2212 for the hyphen.
    surface = entry.surface.translate(_WIDE)
    shape = f"{entry.accent}/{moras(entry.reading)}"
    return f"{surface},,,1,名詞,固有名詞,一般,*,*,*,{surface},{entry.reading},{entry.reading},{shape},*\n"
