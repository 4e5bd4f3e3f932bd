"""What every tested FAQ is known to answer: texts a person accepted. The gate holds a run against them, so that answers
that were exchanged, or say other facts, turn it red even where no earlier run was accepted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from eval.cases import SHIPPED
from eval.leakage import bigrams, jaccard
from eval.metrics.mismatch import Mismatch, mismatches
from eval.rows import Row
from knowledge.domain import FaqEntry
from knowledge.errors import NotReadable

Key = tuple[str, str]
_ALIKE = 0.5
"""Character pairs in common (Jaccard) from which a text may be another one's."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One FAQ that no longer says what was accepted. `now_of`: the FAQ whose accepted answer it gives instead."""

    faq_id: str
    lang: str
    before: str
    after: str
    found: tuple[Mismatch, ...]
    now_of: str
    case_ids: tuple[str, ...] = ()


def answers_of(rows: Iterable[Row]) -> dict[Key, str]:
    """What each FAQ answered in a run."""
    return {(r.faq_id, r.lang): r.answer for r in rows if r.answer}


def shipped_reference(suite: str) -> dict[Key, str]:
    """The answers that came with a shipped suite; empty for any other. Raises NotReadable."""
    path = SHIPPED / Path(suite).name / "answers.json"
    if not path.is_file():
        return {}
    try:
        return {(row["faq_id"], row["lang"]): row["answer"] for row in orjson.loads(path.read_bytes())}
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise NotReadable(f"{path.name} を読み取れません。") from exc


def write_reference(path: Path, entries: Iterable[FaqEntry], wanted: frozenset[Key]) -> int:
    """Keep the answers of the `wanted` FAQ, one line each so that a difference can be read; returns their number."""
    rows = [
        orjson.dumps({"faq_id": e.faq_id, "lang": e.lang, "answer": e.answer}).decode()
        for e in sorted(entries, key=lambda e: e.key)
        if e.key in wanted
    ]
    path.write_text("[\n" + ",\n".join(rows) + "\n]\n", encoding="utf-8")
    return len(rows)


def moved(reference: Mapping[Key, str], now: Mapping[Key, str], rows: Sequence[Row] = ()) -> list[Moved]:
    """FAQ whose answer `now` has other facts than the reference, or is the reference of another FAQ. `rows` name the
    cases that were answered with them."""
    out = []
    for key, before in sorted(reference.items()):
        after = now.get(key, "")
        if not after or before == after:
            continue
        found, other = tuple(mismatches(before, after)), _now_of(key, before, after, reference)
        if found or other:
            ids = tuple(r.case_id for r in rows if (r.faq_id, r.lang) == key)
            out.append(Moved(*key, before, after, found, other, ids))
    return out


def _now_of(key: Key, before: str, after: str, reference: Mapping[Key, str]) -> str:
    """The FAQ this answer was taken from: one whose accepted text is clearly closer to it than its own."""
    now = bigrams(after)
    own = jaccard(bigrams(before), now)
    if own >= _ALIKE:
        return ""
    best, faq_id = max(
        ((jaccard(bigrams(text), now), faq_id) for (faq_id, lang), text in reference.items() if lang == key[1]),
        default=(0.0, ""),
    )
    return faq_id if faq_id != key[0] and best >= max(_ALIKE, own) else ""
