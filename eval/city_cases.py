"""Cases a city makes itself, from its search log, reviewed calls or FAQ wordings, each confirmed by a person.

Kept in `<data>/eval/cases/city/city.jsonl`, in the format of the shipped ones; texts are redacted before they get here.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from eval.cases import Case, CaseChannel, Expected, Gold, Reason, Split, Suite, load_suite
from eval.leakage import find_leaks
from knowledge.domain import FaqEntry
from knowledge.errors import Conflict, InvalidInput, NotFound, Problem
from knowledge.privacy.redacted import RedactedText

_SPLITS: tuple[Split, ...] = ("calibration", "dev", "test")
_FIRST_NUMBER = 9001


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a person confirms: the words, what is right, and why where it is not an answer."""

    text: RedactedText
    channel: CaseChannel
    expected: Expected
    right_faqs: tuple[str, ...] = ()
    reason: Reason = ""
    lang: str = "ja"
    high_risk: bool = False
    tags: tuple[str, ...] = ()
    must: tuple[str, ...] = ()
    """What the answer has to say; stands in every right FAQ."""


class CityCases:
    """One city's own suite."""

    def __init__(self, data_dir: Path) -> None:
        self._file = data_dir / "eval" / "cases" / "city" / "city.jsonl"

    @property
    def path(self) -> Path:
        """For `--suite`."""
        return self._file.parent

    def all(self) -> tuple[Case, ...]:
        """Raises InvalidInput when somebody has spoilt the file."""
        return load_suite(self._file).cases if self._file.exists() else ()

    def suite(self) -> Suite:
        """Raises NotReadable while there is none."""
        return load_suite(self._file)

    def add(self, proposal: Proposal, entries: Sequence[FaqEntry], others: Sequence[Case] = ()) -> Case:
        """Store a confirmed case. Raises Conflict when the words stand in the FAQ or in another case, InvalidInput when
        the proposal makes no case. `others` (the shipped suite) decide the split of FAQ they know."""
        own = self.all()
        _check_answers(proposal, entries)
        case = _case(proposal, f"C{self._next_number(own)}", _split(proposal, [*others, *own]))
        if any(c.text == case.text for c in [*others, *own]):
            raise Conflict("同じ文の評価ケースがすでにあります。")
        leaks = find_leaks([case], entries)
        if leaks:
            raise Conflict(f"FAQ {leaks[0].faq_id} の「{leaks[0].wording}」とほぼ同じ文です。評価には使えません。")
        self._write([*own, case])
        return case

    def remove(self, case_id: str) -> None:
        """Raises NotFound for an unknown case."""
        kept = [c for c in self.all() if c.id != case_id]
        if len(kept) == len(self.all()):
            raise NotFound(f"評価ケース {case_id} が見つかりません。")
        self._write(kept)

    def _next_number(self, own: Sequence[Case]) -> int:
        return max((int(c.id[1:]) for c in own), default=_FIRST_NUMBER - 1) + 1

    def _write(self, cases: Sequence[Case]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._file.with_suffix(".new")
        temporary.write_text("".join(c.model_dump_json() + "\n" for c in cases), encoding="utf-8")
        os.replace(temporary, self._file)


def _check_answers(proposal: Proposal, entries: Iterable[FaqEntry]) -> None:
    answers = {e.faq_id: e.answer for e in entries if e.lang == proposal.lang}
    for faq_id in proposal.right_faqs:
        if faq_id not in answers:
            raise InvalidInput(f"{faq_id} は公開されていません。公開中のFAQを選んでください。")
        missing = [text for text in proposal.must if text not in answers[faq_id]]
        if missing:
            raise InvalidInput(f"{faq_id} の回答に「{missing[0]}」がありません。回答にある言葉を書いてください。")


def _case(proposal: Proposal, case_id: str, split: Split) -> Case:
    try:
        return Case(
            id=case_id,
            text=proposal.text,
            channel=proposal.channel,
            lang=proposal.lang,  # type: ignore[arg-type]  # checked by the model
            answerable=proposal.expected in ("answer", "clarify"),
            gold=[Gold(faq_id=f, grade=2) for f in proposal.right_faqs],
            expected=proposal.expected,
            reason=proposal.reason,
            department="",
            must=list(proposal.must),
            must_not=[],
            risk="high" if proposal.high_risk else "low",
            also_ok=[],
            split=split,
            tags=list(proposal.tags),
        )
    except ValueError as exc:
        raise InvalidInput(
            "評価ケースにできません。正解のFAQと理由を確認してください。", (Problem(_first(exc)),)
        ) from exc


def _first(error: ValueError) -> str:
    from pydantic import ValidationError

    found = error.errors(include_url=False, include_input=False) if isinstance(error, ValidationError) else []
    return str(found[0]["msg"]) if found else "値が正しくありません"


def _split(proposal: Proposal, known: Sequence[Case]) -> Split:
    """The split its FAQ are in already, else one by the hash of the FAQ (of the words without any FAQ)."""
    wanted = set(proposal.right_faqs)
    there = {c.split for c in known if wanted & c.right_faqs}
    if len(there) > 1:
        raise InvalidInput("正解のFAQが別々の分割に属しています。FAQごとに分けて登録してください。")
    if there:
        return there.pop()
    seed = min(proposal.right_faqs, default=proposal.text)
    return _SPLITS[sha256(seed.encode("utf-8", "replace")).digest()[0] % 3]
