"""How well the search of the centre's manuals finds the passage a question is about: the product's own search over a set
of manuals of its own, beside the FAQ of the data folder, whose encoder and synonyms it uses."""

import tomllib
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_args

from eval.cases import SHIPPED
from eval.jsonl import read_rows
from eval.lab import FixedFaqs
from eval.metrics.intervals import Rate, rate
from eval.metrics.ranking import Ranked, RankingFigures, hit_at, ranking_figures
from knowledge.bootstrap import Services
from knowledge.errors import InvalidInput
from knowledge.manuals.finding import Found, ManualSearch, ManualTexts, OpensRetriever
from knowledge.manuals.model import AUDIENCES, KINDS, Kind, ManualContent
from knowledge.manuals.passages import passages_of
from knowledge.manuals.service import Manuals
from knowledge.ports import PublishedFaqs
from knowledge.privacy.redacted import RedactedText
from knowledge.search.edge_index import EdgeIndex
from knowledge.search.retriever import Retriever
from knowledge.store.database import open_database

SHIPPED_MANUALS = SHIPPED / "manuals" / "manuals.toml"
SHIPPED_QUESTIONS = SHIPPED / "manuals" / "questions.jsonl"
_SHOWN = 8
"""So many passages the page of the manuals shows."""
_IN_FORCE = date(2020, 4, 1)


@dataclass(frozen=True, slots=True)
class GivenManual:
    """`key` is how questions name it."""

    key: str
    title: str
    kind: Kind
    body: str


@dataclass(frozen=True, slots=True)
class ManualQuestion:
    """What somebody looks for, and the heading of the one passage that says it."""

    id: str
    text: str
    manual: str
    heading: str

    @property
    def right(self) -> str:
        return f"{self.manual}＞{self.heading}"


@dataclass(frozen=True, slots=True)
class ManualFigures:
    """`first`, `third`, `shown`: the right passage is the first, among three, among those the page shows. `missed` lists
    questions with another passage first, and which one."""

    passages: int
    first: Rate
    third: Rate
    shown: Rate
    ranking: RankingFigures
    missed: tuple[tuple[ManualQuestion, str], ...]


def load_manuals(path: Path = SHIPPED_MANUALS) -> list[GivenManual]:
    """Raises InvalidInput."""
    try:
        rows: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["manual"]
        found = [GivenManual(row["id"], row["title"], _kind(row["kind"]), row["body"]) for row in rows]
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as exc:
        raise InvalidInput(f"{path} をマニュアルの一覧として読めません。") from exc
    return found


def load_questions(manuals: Sequence[GivenManual], path: Path = SHIPPED_QUESTIONS) -> list[ManualQuestion]:
    """Raises NotReadable naming the line, InvalidInput for a question about a passage that is not there."""
    found = read_rows(path, lambda row: ManualQuestion(row["id"], row["text"], row["manual"], row["heading"]))
    known = {f"{one.key}＞{part.heading}" for one in manuals for part in passages_of(one.body)}
    lost = [one.id for one in found if one.right not in known]
    if lost:
        raise InvalidInput(f"マニュアルにない見出しを指している質問があります：{'、'.join(lost)}")
    return found


def measure_manuals(
    services: Services, folder: Path, manuals: Sequence[GivenManual], questions: Sequence[ManualQuestion]
) -> ManualFigures:
    """`folder` is an empty one: the manuals of the data folder stay untouched and out of it."""
    with closing(open_database(folder)) as db:
        kept = Manuals(db, services.clock, services.redactor)
        keys = {kept.add(_content(one), "", "eval").manual_id: one.key for one in manuals}
        synonyms = FixedFaqs((), services.retriever.synonym_groups())
        with closing(
            ManualSearch(kept, services.retriever, ManualTexts(kept, synonyms), _opens(services, folder))
        ) as search:
            lists = [_ranked(search, services, keys, one) for one in questions]
    ranks = [(one.found, one.right) for one in lists]
    first, third, shown = (rate(sum(hit_at(*pair, k) for pair in ranks), len(ranks)) for k in (1, 3, _SHOWN))
    return ManualFigures(
        sum(len(passages_of(one.body)) for one in manuals),
        first,
        third,
        shown,
        ranking_figures(lists),
        tuple(
            (asked, one.found[0] if one.found else "")
            for asked, one in zip(questions, lists, strict=True)
            if not hit_at(one.found, one.right, 1)
        ),
    )


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise ValueError(name)
    return next(kind for kind in get_args(Kind) if kind == name)


def _content(one: GivenManual) -> ManualContent:
    """As typed by its writer; `Manuals` redacts it."""
    return ManualContent(RedactedText(one.title), one.kind, "everyone", _IN_FORCE, RedactedText(one.body))


def _opens(services: Services, folder: Path) -> OpensRetriever:
    def opens(texts: PublishedFaqs) -> Retriever:
        made = services.retriever.over(texts, EdgeIndex(folder / "edge", services.retriever.dim()), folder)
        made.open()
        return made

    return opens


def _ranked(search: ManualSearch, services: Services, keys: dict[str, str], asked: ManualQuestion) -> Ranked:
    found = search.find(services.redactor.redact(asked.text).text, tuple(AUDIENCES), 10)
    return Ranked([_name(one, keys) for one in found], {asked.right: 2})


def _name(one: Found, keys: dict[str, str]) -> str:
    return f"{keys[one.manual.manual_id]}＞{one.passage.heading}"
