"""Evaluation cases: what a citizen says and what a right system does with it (format: eval/datasets/README.md)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from eval.jsonl import numbered_lines
from knowledge.errors import InvalidInput, NotReadable, Problem

CaseChannel = Literal["text", "spoken", "asr-noisy"]
Split = Literal["calibration", "dev", "test"]
Expected = Literal["answer", "clarify", "handoff", "refuse"]
Reason = Literal[
    "", "low_confidence", "asked_for_person", "individual_case", "complaint", "other_department",
    "other_city", "emergency", "distress", "language", "personal_data", "injection",
]  # fmt: skip
SHIPPED = Path(__file__).parent / "datasets"
MAX_PROBLEMS = 50


class Gold(BaseModel):
    """An FAQ that belongs to a case: grade 2 answers it, grade 1 is related."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    faq_id: Annotated[str, Field(pattern=r"^[^\s/\\?#%]{1,64}$")]
    grade: Literal[1, 2]


class Case(BaseModel):
    """One utterance. Mirrors datasets/case.schema.json; a test keeps the two in agreement."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    id: Annotated[str, Field(pattern=r"^C[0-9]{4,}$")]
    text: Annotated[str, Field(min_length=1, max_length=400)]
    channel: CaseChannel
    lang: Literal["ja", "en", "zh", "ko", "vi", "pt", "tl"]
    answerable: bool
    gold: list[Gold]
    expected: Expected
    reason: Reason
    department: str
    must: list[Annotated[str, Field(min_length=1)]]
    must_not: list[Annotated[str, Field(min_length=1)]]
    risk: Literal["low", "high"]
    also_ok: list[Literal["answer", "clarify", "handoff"]]
    split: Split
    tags: list[Annotated[str, Field(pattern=r"^[a-z_]+$")]]

    @model_validator(mode="after")
    def _consistent(self) -> "Case":
        wrong = next((message for broken, message in _rules(self) if broken), "")
        if wrong:
            raise ValueError(wrong)
        return self

    @property
    def right_faqs(self) -> frozenset[str]:
        return frozenset(g.faq_id for g in self.gold if g.grade == 2)

    @property
    def grades(self) -> dict[str, int]:
        return {g.faq_id: g.grade for g in self.gold}

    def accepts(self, action: str) -> bool:
        """Whether the action as such is right; an answer must besides come from a right FAQ."""
        return action == self.expected or action in self.also_ok


def _rules(case: Case) -> Iterable[tuple[bool, str]]:
    ids = [g.faq_id for g in case.gold]
    for name, items in (
        ("must", case.must),
        ("must_not", case.must_not),
        ("also_ok", case.also_ok),
        ("tags", case.tags),
    ):
        yield len(set(items)) < len(items), f"{name} に重複があります"
    yield len(set(case.gold)) < len(ids), "gold に重複があります"
    asks = case.expected in ("answer", "clarify")
    yield case.answerable and not asks, "answerable が true のときの expected は answer か clarify です"
    yield case.answerable and bool(case.reason), "answerable が true のとき reason は空にします"
    yield case.answerable and not ids, "answerable が true のときは gold が必要です"
    yield not case.answerable and asks, "answerable が false のときの expected は handoff か refuse です"
    yield not case.answerable and not case.reason, "answerable が false のときは reason が必要です"
    yield not case.answerable and bool(case.must), "answerable が false のとき must は空にします"
    refused = case.expected == "refuse" and case.reason not in ("injection", "personal_data")
    yield refused, "refuse の reason は injection か personal_data です"
    yield case.expected == "answer" and not case.right_faqs, "expected が answer のときは grade 2 の gold が必要です"


@dataclass(frozen=True, slots=True)
class Suite:
    """Cases of one or more files; `sha` changes with any byte of them."""

    name: str
    cases: tuple[Case, ...]
    sha: str
    part_of: int = 0
    """Cases of the suite this was cut from by split, language or number; 0 for a whole one."""

    def only(self, splits: Sequence[str] = (), limit: int = 0, langs: Sequence[str] = ()) -> "Suite":
        """The cases of the given splits and languages (all when empty), the first `limit` of them (0: all)."""
        kept = [c for c in self.cases if (not splits or c.split in splits) and (not langs or c.lang in langs)]
        chosen = self.of(kept[:limit] if limit else kept)
        whole = self.part_of or len(self.cases)
        return replace(chosen, part_of=whole if len(chosen.cases) < whole else 0)

    def of(self, cases: Sequence[Case]) -> "Suite":
        """A part of this suite, with a sha of its own."""
        return Suite(self.name, tuple(cases), _sha([c.model_dump_json() for c in cases]))


def load_suite(path: Path) -> Suite:
    """All cases of a .jsonl file or of every .jsonl file in a folder. Raises InvalidInput naming file row and column,
    NotReadable when a file is no JSON Lines, and InvalidInput when an FAQ is a right answer in two splits."""
    return joined(path.stem, sorted(path.glob("*.jsonl")) if path.is_dir() else [path])


def joined(name: str, files: Sequence[Path]) -> Suite:
    """The cases of several files as one suite; raises like `load_suite`."""
    if not files or not all(f.is_file() for f in files):
        raise NotReadable(f"評価ケースのファイルが見つかりません：{'、'.join(map(str, files)) or name}")
    cases: list[Case] = []
    problems: list[Problem] = []
    for file in files:
        _read(file, cases, problems)
    problems.extend(_duplicates(cases))
    problems.extend(split_leaks(cases))
    if problems:
        raise InvalidInput("評価ケースに誤りがあります。", problems[:MAX_PROBLEMS])
    return Suite(name, tuple(cases), _sha(f.read_text(encoding="utf-8") for f in files))


def shipped_suite(name: str = "mihon") -> Suite:
    """The suite of the sample city."""
    return load_suite(SHIPPED / name)


def _read(file: Path, cases: list[Case], problems: list[Problem]) -> None:
    for row, line in numbered_lines(file):
        try:
            # Strict types: "true" is not true, 2.0 is not a grade.
            cases.append(Case.model_validate(orjson.loads(line)))
        except orjson.JSONDecodeError:
            problems.append(Problem("JSON として読み取れません。", row, file.name))
        except ValidationError as exc:
            first = exc.errors(include_url=False, include_input=False)[0]
            column = ".".join(str(part) for part in first["loc"]) or file.name
            problems.append(Problem(f"{file.name}：値が正しくありません（{first['msg']}）", row, column))


def _duplicates(cases: Sequence[Case]) -> list[Problem]:
    seen: set[str] = set()
    problems = []
    for case in cases:
        if case.id in seen:
            problems.append(Problem(f"{case.id} が2回あります。", column="id"))
        seen.add(case.id)
    return problems


def split_leaks(cases: Sequence[Case]) -> list[Problem]:
    """FAQ that are a right answer in more than one split: what is tuned there is not measured there."""
    splits: defaultdict[str, set[str]] = defaultdict(set)
    for case in cases:
        for faq_id in case.right_faqs:
            splits[faq_id].add(case.split)
    return [
        Problem(f"{faq_id} が複数の分割（{'・'.join(sorted(found))}）で正解になっています。", column="split")
        for faq_id, found in sorted(splits.items())
        if len(found) > 1
    ]


def _sha(texts: Iterable[str]) -> str:
    digest = sha256()
    for text in texts:
        digest.update(text.encode())
    return digest.hexdigest()[:16]
