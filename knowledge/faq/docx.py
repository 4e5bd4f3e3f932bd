"""A plain Word document: headings, paragraphs, tables. Just the parts of the format that these need."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_TYPES = f"""{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>
<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>"""
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_CORE = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
_ROOT_RELS = f"""{_HEAD}<Relationships xmlns="{_RELS}"><Relationship Id="r1" Type="{_REL}/officeDocument" Target="word/document.xml"/>
<Relationship Id="r2" Type="{_CORE}" Target="docProps/core.xml"/></Relationships>"""
_DOCUMENT_RELS = f"""{_HEAD}<Relationships xmlns="{_RELS}"><Relationship Id="r1" Type="{_REL}/styles" Target="styles.xml"/></Relationships>"""
_FONT = '<w:rFonts w:ascii="Noto Sans JP" w:hAnsi="Noto Sans JP" w:eastAsia="Yu Gothic"/><w:lang w:eastAsia="ja-JP"/>'
_STYLE_NAMES = (("Title", "Title", 40, 0), ("Heading1", "heading 1", 30, 360), ("Heading2", "heading 2", 24, 240))
_EDGES = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:color="808080"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


@dataclass(frozen=True, slots=True)
class Heading:
    """Level 0 is the title of the document."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    small: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """A table; its head is repeated on every page."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | Rows


def write_docx(title: str, blocks: Iterable[Block]) -> bytes:
    body = "".join(map(_block, blocks))
    page = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1418" w:right="1134" w:bottom="1418" w:left="1134" w:header="709" w:footer="709" w:gutter="0"/></w:sectPr>'
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _ROOT_RELS,
        "word/_rels/document.xml.rels": _DOCUMENT_RELS,
        "word/styles.xml": _styles(),
        "word/document.xml": f"{_HEAD}<w:document {_W}><w:body>{body}{page}</w:body></w:document>",
        "docProps/core.xml": _core(title),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            # A fixed time: the same content gives the same file.
            package.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        style = "Title" if block.level == 0 else f"Heading{block.level}"
        return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{_run(block.text)}</w:p>'
    if isinstance(block, Paragraph):
        return f"<w:p>{_run(block.text, block.small)}</w:p>"
    head = _row(block.head, "<w:trPr><w:tblHeader/></w:trPr>")
    table = f'<w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:tblBorders>{_EDGES}</w:tblBorders></w:tblPr>'
    grid = f"<w:tblGrid>{'<w:gridCol/>' * len(block.head)}</w:tblGrid>"
    return f"<w:tbl>{table}{grid}{head}{''.join(map(_row, block.rows))}</w:tbl><w:p/>"


def _row(cells: Sequence[str], properties: str = "") -> str:
    inside = "".join(f"<w:tc><w:tcPr/><w:p>{_run(cell, small=True)}</w:p></w:tc>" for cell in cells)
    return f"<w:tr>{properties}{inside}</w:tr>"


def _run(text: str, small: bool = False) -> str:
    size = '<w:rPr><w:sz w:val="18"/></w:rPr>' if small else ""
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    return f"<w:r>{size}{lines}</w:r>"


def _styles() -> str:
    base = f'<w:docDefaults><w:rPrDefault><w:rPr>{_FONT}<w:sz w:val="21"/></w:rPr></w:rPrDefault></w:docDefaults>'
    normal = '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>'
    made = "".join(
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{shown}"/><w:basedOn w:val="Normal"/>'
        f'<w:next w:val="Normal"/><w:pPr><w:keepNext/><w:spacing w:before="{before}" w:after="120"/>'
        f'{_outline(name)}</w:pPr><w:rPr><w:b/><w:sz w:val="{size}"/></w:rPr></w:style>'
        for name, shown, size, before in _STYLE_NAMES
    )
    return f"{_HEAD}<w:styles {_W}>{base}{normal}{made}</w:styles>"


def _outline(name: str) -> str:
    """The level in the document's outline; the title has none."""
    return f'<w:outlineLvl w:val="{int(name[-1]) - 1}"/>' if name[-1].isdigit() else ""


def _core(title: str) -> str:
    spaces = 'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return f"{_HEAD}<cp:coreProperties {spaces}><dc:title>{escape(title)}</dc:title></cp:coreProperties>"
