"""The text of a manual that comes as a file."""

import tempfile
from pathlib import Path

from ingestion.guard import DOCUMENTS
from knowledge.errors import NotReadable
from knowledge.faq.csv_decode import decode

PLAIN = frozenset({".md", ".txt"})


def manual_text(name: str, data: bytes) -> str:
    """Headings as Markdown. Raises NotReadable, also for a file without any text (a scan)."""
    suffix = Path(name).suffix.lower()
    if suffix not in DOCUMENTS:
        raise NotReadable(f"このファイルは読み取れません。使えるのは {'・'.join(sorted(DOCUMENTS))} です。")
    text = decode(data)[0] if suffix in PLAIN else _document(suffix, data)
    if not text.strip():
        raise NotReadable("ファイルに文字がありません。画像だけのPDFは、文字のあるファイルにしてから登録してください。")
    return text


def _document(suffix: str, data: bytes) -> str:
    # LlamaIndex takes a second to import, which starting the service need not pay.
    from ingestion.readers import read_documents

    with tempfile.TemporaryDirectory(prefix="madoguchi-") as folder:
        path = Path(folder) / f"manual{suffix}"
        path.write_bytes(data)
        return "\n".join(document.text for document in read_documents(path))
