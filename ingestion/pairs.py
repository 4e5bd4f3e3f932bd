"""Questions and answers in plain text: Q./A. marks, headings, table rows. Pure.

Readers mark structure the Markdown way: `# heading`, `| cell | cell |`.
"""

import re
from collections.abc import Iterator

_HEADING = re.compile(r"#{1,6}\s+(.+)")
_Q = re.compile(r"(?:Q|Ｑ|問|質問)\s*[0-9０-９]*\s*[.．:：、)）]?\s*(.+)")
_A = re.compile(r"(?:A|Ａ|答|回答)\s*[0-9０-９]*\s*[.．:：、)）]\s*(.*)|(?:A|Ａ)[0-9０-９]*\s+(.+)")
_Q_MARK = re.compile(r"(?:Q|Ｑ)\s*[0-9０-９]*\s*[.．:：、)）\s]|(?:問|質問)\s*[0-9０-９]*\s*[.．:：、)）]")
_ROW = re.compile(r"\|(.+)\|")
_RULE = re.compile(r"[\s|:-]+")
_HEADER_WORDS = frozenset(
    {"質問", "回答", "問", "答", "q", "a", "question", "answer", "よくある質問", "お問い合わせ内容"}
)
MAX_QUESTION_CHARS = 500

Pair = tuple[str, str]


def find_pairs(text: str) -> list[Pair]:
    """(question, answer) in the order of the text; what has no answer is left out."""
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    marked = any(_Q_MARK.match(_plain(line)) for line in lines)
    found = [*_table_pairs(lines), *(_marked_pairs(lines) if marked else _heading_pairs(lines))]
    return [(q, a) for q, a in found if q and a and len(q) <= MAX_QUESTION_CHARS]


def _table_pairs(lines: list[str]) -> Iterator[Pair]:
    """Rows whose last two cells are a question and an answer; a header row says which columns they are."""
    columns: tuple[int, int] | None = None
    for line in lines:
        row = _ROW.fullmatch(line)
        if row is None:
            columns = None
            continue
        cells = [cell.strip() for cell in row.group(1).split("|")]
        if _RULE.fullmatch(line) or len(cells) < 2:
            continue
        heads = [cell.lower() in _HEADER_WORDS for cell in cells]
        if sum(heads) >= 2:
            places = [place for place, is_head in enumerate(heads) if is_head]
            columns = (places[0], places[1])
            continue
        if columns is None and not _asks(cells[-2]):
            continue
        question, answer = columns or (len(cells) - 2, len(cells) - 1)
        if answer < len(cells):
            yield cells[question], cells[answer]


def _marked_pairs(lines: list[str]) -> Iterator[Pair]:
    question, answer, in_answer = "", [""], False
    for raw in lines:
        line = _plain(raw)
        if _Q_MARK.match(line):
            yield question, "\n".join(answer).strip()
            match = _Q.match(line)
            question, answer, in_answer = (match.group(1).strip() if match else ""), [], False
        elif question and (started := _A.match(line)):
            in_answer = True
            answer.append((started.group(1) or started.group(2) or "").strip())
        elif raw.startswith("#"):
            yield question, "\n".join(answer).strip()
            question, answer, in_answer = "", [], False
        elif in_answer and not _ROW.fullmatch(raw):
            answer.append(line)
        elif question and line and not _ROW.fullmatch(raw):
            question += line
    yield question, "\n".join(answer).strip()


def _heading_pairs(lines: list[str]) -> Iterator[Pair]:
    """A heading and the paragraphs under it, where the heading asks something."""
    question, answer = "", [""]
    for line in lines:
        heading = _HEADING.fullmatch(line)
        if heading is not None:
            yield question, "\n".join(answer).strip()
            title = heading.group(1).strip()
            question, answer = (title if _asks(title) else ""), []
        elif question and not _ROW.fullmatch(line):
            answer.append(line)
    yield question, "\n".join(answer).strip()


def _plain(line: str) -> str:
    heading = _HEADING.fullmatch(line)
    return heading.group(1).strip() if heading else line.replace("**", "")


def _asks(text: str) -> bool:
    return text.rstrip("。").endswith(("か", "?", "？", "ください", "たい", "は", "には", "について"))
