"""Files to LlamaIndex documents, one a page where there are pages. Structure becomes Markdown marks."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element  # types only; parsing is defusedxml's

from bs4 import BeautifulSoup, Tag
from defusedxml.ElementTree import fromstring
from llama_index.core.readers.base import BaseReader
from llama_index.core.schema import Document
from llama_index.readers.file import FlatReader, PDFReader

from ingestion.guard import read_bounded
from knowledge.errors import NotReadable

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BLOCKS = ("h1", "h2", "h3", "h4", "h5", "h6", "p", "li", "dt", "dd", "tr", "summary", "pre")
MAX_CHARS = 5_000_000


class WordReader(BaseReader):
    """.docx with headings and tables kept, which the plain-text readers lose."""

    def load_data(self, file: Path, extra_info: dict[str, Any] | None = None) -> list[Document]:
        with zipfile.ZipFile(io.BytesIO(read_bounded(file))) as package:
            try:
                body = fromstring(package.read("word/document.xml"), forbid_dtd=True).find(f"{_W}body")
            except KeyError as exc:
                raise NotReadable("Wordファイル（.docx）として読み取れません。") from exc
        lines = list(_word_lines(body)) if body is not None else []
        return [Document(text="\n".join(lines), metadata=extra_info or {})]


class WebPageReader(BaseReader):
    """.html without scripts, navigation and styles."""

    def load_data(self, file: Path, extra_info: dict[str, Any] | None = None) -> list[Document]:
        soup = BeautifulSoup(read_bounded(file), "html.parser")
        for gone in soup(["script", "style", "nav", "header", "footer", "noscript", "template"]):
            gone.decompose()
        return [Document(text="\n".join(_html_lines(soup)), metadata=extra_info or {})]


def read_documents(path: Path) -> list[Document]:
    """Raises NotReadable, whatever goes wrong inside a parser."""
    read_bounded(path)
    suffix = path.suffix.lower()
    readers: dict[str, Any] = {".docx": WordReader, ".html": WebPageReader, ".htm": WebPageReader, ".pdf": PDFReader}
    try:
        documents: list[Document] = readers.get(suffix, FlatReader)().load_data(path)
    except NotReadable:
        raise
    except Exception as exc:  # parsers of foreign formats raise whatever they meet
        raise NotReadable("文書を読み取れません。壊れているか、パスワードが設定されています。") from exc
    if sum(len(document.text) for document in documents) > MAX_CHARS:
        raise NotReadable("文書が長すぎます。分けて取り込んでください。")
    for number, document in enumerate(documents, start=1):
        document.metadata = {"page": number if suffix == ".pdf" else 0}
    return documents


def _word_lines(body: Element) -> Iterator[str]:
    for block in body:
        if block.tag == f"{_W}p":
            text = _word_text(block)
            style = block.find(f"{_W}pPr/{_W}pStyle")
            name = "" if style is None else style.get(f"{_W}val", "")
            is_heading = name.lower().startswith(("heading", "見出し")) or name[:1].isdigit()
            yield f"# {text}" if is_heading and text else text
        elif block.tag == f"{_W}tbl":
            for row in block.iter(f"{_W}tr"):
                cells = ["".join(map(_word_text, cell.iter(f"{_W}p"))) for cell in row.iter(f"{_W}tc")]
                yield f"| {' | '.join(cells)} |"


def _word_text(paragraph: Element) -> str:
    parts = []
    for node in paragraph.iter():
        if node.tag == f"{_W}t":
            parts.append(node.text or "")
        elif node.tag in (f"{_W}br", f"{_W}tab"):
            parts.append(" ")
    return "".join(parts).strip()


def _html_lines(soup: BeautifulSoup) -> Iterator[str]:
    for tag in soup.find_all(_BLOCKS):
        assert isinstance(tag, Tag)
        if tag.name != "tr" and tag.find_parent("tr") is not None:
            continue
        text = tag.get_text(" ", strip=True)
        if tag.name == "tr":
            cells = [cell.get_text(" ", strip=True) for cell in tag.find_all(["td", "th"])]
            yield f"| {' | '.join(cells)} |"
        elif tag.name.startswith("h") or tag.name in ("dt", "summary"):
            yield f"# {text}"
        elif tag.find(_BLOCKS) is None:
            yield text
