"""Documents that came over the wire, read as if they lay in a folder of their own."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from ingestion.guard import KNOWN
from ingestion.model import IngestReport, IngestServices
from ingestion.service import ingest
from knowledge.errors import InvalidInput, Problem

MOST_FILES = 20
_NAME_CHARS = 80
FOLDER = "upload"
"""Of what comes without a folder: a file of the same name is a new edition of the same document."""
Upload = tuple[str, bytes]
"""(file name as the sender calls it, content)"""


def ingest_uploads(
    uploads: Sequence[Upload],
    services: IngestServices,
    who: str,
    progress: Callable[[int, int, str], None] = lambda _done, _all, _name: None,
    folder_name: str = FOLDER,
) -> IngestReport:
    """`folder_name`: where the sender has them, as `ingest` on the sender's own machine would see it.
    Raises InvalidInput for no file, too many, unknown kinds, or two of one name."""
    names = [_plain(name) for name, _ in uploads]
    _check(names)
    with tempfile.TemporaryDirectory(prefix="madoguchi-") as made:
        folder = Path(made) / (_plain(folder_name) or FOLDER)
        folder.mkdir()
        paths = [folder / name for name in names]
        for path, (_, data) in zip(paths, uploads, strict=True):
            path.write_bytes(data)
        return ingest(paths, services, who, progress)


def _check(names: Sequence[str]) -> None:
    text = ""
    if not names:
        text = "取り込む資料を選んでください。"
    elif len(names) > MOST_FILES:
        text = f"一度に取り込めるのは{MOST_FILES}件までです。分けて取り込んでください。"
    elif len(set(names)) < len(names):
        text = "同じ名前のファイルがあります。名前を変えるか、分けて取り込んでください。"
    elif others := [name for name in names if Path(name).suffix.lower() not in KNOWN]:
        text = f"{'、'.join(others)} は取り込めません。使えるのは {'・'.join(sorted(KNOWN))} です。"
    if text:
        raise InvalidInput(text, [Problem(text, column="file")])


def _plain(name: str) -> str:
    """The last part of a path, whichever system it came from, short enough for every file system."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1].replace("\0", "").strip().lstrip(".")
    path = Path(last or "file")
    return path.stem[:_NAME_CHARS] + path.suffix[:10]
