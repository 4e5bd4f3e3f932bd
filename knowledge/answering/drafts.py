"""Grounded drafts: a language model words the answer, every sentence cites, every sentence is checked before it shows.

What fails is written once more with the reasons; what fails again gives way to the approved answer, verbatim.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import prompts
from knowledge.answering.checking import Checker, ground_of
from knowledge.answering.reasons import Reason
from knowledge.domain import FaqEntry, GeneratedSentence, GeneratedText
from knowledge.errors import NoLanguageModel
from knowledge.language.model import Data, LanguageRequest
from knowledge.ports import LanguageModel
from knowledge.privacy.redacted import RedactedText, approved
from knowledge.text.late_pattern import late_pattern

MAX_SOURCES = 3
MAX_SENTENCES = 8
_NOTHING = "該当なし"
_MARK = r"[\[［【〔]\s*(?:資料)?\s*(\d{1,2})\s*[\]］】〕]"
_CITATION = late_pattern(rf"(?:[ 　]*{_MARK}[、,]?)+[ 　]*[。．]?")
_MARKS = late_pattern(_MARK)
Step = Literal["sentence", "rejected", "restart", "verbatim", "notice", "done"]


@dataclass(frozen=True, slots=True)
class DraftStep:
    """What happened next. `sentence`: shown. `rejected`: one was caught (`reasons`). `restart`: forget what was shown.
    `verbatim`: the approved answer of `entry` takes its place. `notice`: why there is no draft. `done`: the end."""

    step: Step
    sentence: GeneratedSentence | None = None
    reasons: tuple[str, ...] = ()
    entry: FaqEntry | None = None
    text: str = ""
    after_ms: float = 0.0
    checks_ms: float = 0.0


class Drafter:
    """Thread-safe. `redact` is for the reasons of a second try, which quote the first."""

    def __init__(self, model: LanguageModel, checker: Checker, redact: Callable[[str], RedactedText]) -> None:
        self._model = model
        self._checker = checker
        self._redact = redact
        self._prompt = prompts.load("draft_answer")

    @property
    def prompt_sha(self) -> str:
        return self._prompt.sha

    def available(self) -> bool:
        return self._model.available("draft")

    def stream(self, question: RedactedText, entries: Sequence[FaqEntry]) -> Iterator[DraftStep]:
        """The steps to a draft, sentence by sentence. Never raises for what the model does or does not do."""
        run = _Run(self._checker, entries[:MAX_SOURCES])
        try:
            yield from self._first(run, question)
            if run.rejected:
                yield from self._second(run, question)
        except NoLanguageModel as error:
            yield from run.given_up()
            yield run.step("notice", text=error.message)
        yield run.step("done")

    def whole(self, question: RedactedText, entries: Sequence[FaqEntry]) -> GeneratedText | None:
        """The finished draft; None where the approved answer has to stand alone. For citizens."""
        shown: list[GeneratedSentence] = []
        for step in self.stream(question, entries):
            if step.step == "sentence" and step.sentence is not None:
                shown.append(step.sentence)
            elif step.step in ("restart", "verbatim"):
                shown = []
            elif step.step == "notice":
                return None
        return GeneratedText(tuple(shown), self._model.name, self._prompt.sha) if shown else None

    def _first(self, run: "_Run", question: RedactedText) -> Iterator[DraftStep]:
        written = ""
        pieces = self._model.stream(self._request(run, question))
        try:
            for piece in pieces:
                if not written:
                    run.read_sources()  # the model is still writing its first sentence
                written += piece
                units, written = _units(written)
                for unit in units:
                    yield from run.take(unit)
                    if run.rejected:
                        return
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()
        yield from run.finish(written)

    def _second(self, run: "_Run", question: RedactedText) -> Iterator[DraftStep]:
        reasons = self._redact("\n".join(f"・{reason}" for reason in run.rejected))
        had_shown = bool(run.shown)
        run.again()
        if had_shown:
            yield run.step("restart")
        made = self._model.complete(self._request(run, question, Data("前回の不備", reasons)))
        steps = list(run.finish(made.text))
        if run.rejected:
            yield next(step for step in steps if step.step == "rejected")
            run.shown = []  # none of the second try was shown
            yield from run.given_up()
        else:
            yield from steps

    def _request(self, run: "_Run", question: RedactedText, *more: Data) -> LanguageRequest:
        sources = (
            Data(f"資料{number}", approved(f"{entry.question}\n{entry.answer}"))
            for number, entry in enumerate(run.entries, start=1)
        )
        return LanguageRequest("draft", self._prompt, (Data("質問", question), *sources, *more))


class _Run:
    """One draft under way."""

    def __init__(self, checker: Checker, entries: Sequence[FaqEntry]) -> None:
        self._checker = checker
        self.entries = entries
        self.shown: list[GeneratedSentence] = []
        self.rejected: tuple[str, ...] = ()
        self._began = time.perf_counter()
        self._checks_ms = 0.0
        self._over = False

    def step(self, step: Step, **given: object) -> DraftStep:
        after_ms = (time.perf_counter() - self._began) * 1e3
        return DraftStep(step, after_ms=after_ms, checks_ms=self._checks_ms, **given)  # type: ignore[arg-type]

    def read_sources(self) -> None:
        for entry in self.entries:
            self._checker.read([ground_of(entry)])

    def again(self) -> None:
        self.shown, self.rejected, self._over = [], (), False

    def take(self, unit: tuple[str, tuple[int, ...]]) -> Iterator[DraftStep]:
        """One sentence with the numbers it cites."""
        text, numbers = unit
        if self._over or self.rejected or len(self.shown) >= MAX_SENTENCES:
            return
        if text.strip("。 ").startswith(_NOTHING):
            self._over = True
            return
        with self._timed():
            problems = self._problems(text, numbers)
        if problems:
            self.rejected = tuple(str(problem) for problem in problems)
            yield self.step("rejected", reasons=self.rejected)
            return
        cited = tuple((e.faq_id, e.version) for n, e in enumerate(self.entries, start=1) if n in numbers)
        self.shown.append(GeneratedSentence(text, cited))
        yield self.step("sentence", sentence=self.shown[-1])

    def finish(self, rest: str) -> Iterator[DraftStep]:
        """What stands after the last citation, and what to do when nothing came."""
        units, tail = _units(f"{rest}\n")
        for unit in units:
            yield from self.take(unit)
        if tail.strip("。．\n\r\t 　"):
            yield from self.take((tail.strip(), ()))
        if self.shown and not self.rejected:
            yield from self._check_whole()
        if not self.shown and not self.rejected:
            yield from self.given_up()

    def _check_whole(self) -> Iterator[DraftStep]:
        """A ただし that follows what was told may come later, so it is looked for at the end."""
        cited = {citation for sentence in self.shown for citation in sentence.cited}
        grounds = [ground_of(entry) for entry in self.entries if (entry.faq_id, entry.version) in cited]
        with self._timed():
            missing = self._checker.provisos_left_out(self._told(), grounds)
        if missing:
            self.rejected = tuple(str(reason) for reason in missing)
            yield self.step("rejected", reasons=self.rejected)

    def given_up(self) -> Iterator[DraftStep]:
        """The approved answer instead, after taking back what was shown."""
        if self.shown:
            yield self.step("restart")
        self.shown = []
        yield self.step("verbatim", entry=self.entries[0])

    def _problems(self, text: str, numbers: tuple[int, ...]) -> tuple[Reason, ...]:
        if not numbers or not all(1 <= number <= len(self.entries) for number in numbers):
            return (Reason("citation", text[:40]),)
        grounds = [ground_of(self.entries[number - 1]) for number in numbers]
        return self._checker.problems(text, grounds) or self._checker.left_out(text, grounds, self._told())

    def _told(self) -> str:
        return "".join(sentence.text for sentence in self.shown)

    @contextmanager
    def _timed(self) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self._checks_ms += (time.perf_counter() - started) * 1e3


def _units(written: str) -> tuple[list[tuple[str, tuple[int, ...]]], str]:
    """Complete sentences with the numbers they cite, and what is still being written. A citation is complete when
    something follows it; a line that ends without one cites nothing."""
    found: list[tuple[str, tuple[int, ...]]] = []
    position = 0
    for match in _CITATION.finditer(written):
        if match.end() == len(written):
            break
        *bare, text = written[position : match.start()].split("\n")
        found += [(line.strip(), ()) for line in bare if line.strip()]
        found.append((_ended(text.strip()), tuple(int(number) for number in _MARKS.findall(match[0]))))
        position = match.end()
    return found, written[position:]


def _ended(text: str) -> str:
    return text if not text or text[-1] in "。．！？!?" else f"{text}。"
