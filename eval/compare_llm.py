"""Does a language model make anything worse? Every shipped suite without one, with a good one and with a bad one.

The models are scripted, on loopback; between them and the answers stand the real client, the real guard rails and the
real checks. Citizens get generated wording for every category and machine translations, so that nothing is spared.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from eval.asking import Ask, asking, reply_of
from eval.cases import SHIPPED, Case, Suite, load_suite
from eval.changes import changes
from eval.follow_ups import FollowUpFigures, load_follow_ups, measure_follow_ups
from eval.metrics.intervals import Rate, rate
from eval.rows import Row
from eval.runner import Progress, run
from eval.scripted_answers import PLANTED, bad, good, sections
from eval.scripted_server import Reply, Says, Turn, scripted_server
from knowledge.bootstrap import Services, opened
from knowledge.domain import Answer, FaqEntry
from knowledge.settings import LlmSettings, Settings

SUITES = ("mihon", "probe", "safety")
_NO_BREAKER = 1_000_000


@dataclass(frozen=True, slots=True)
class SuiteUnder:
    """One suite under one model. `worse`: cases that were right without a model and are not with it, or became harmful;
    `planted`: cases whose reply shows what the bad model writes; `drafts`: cases that showed a generated wording."""

    suite: str
    model: str
    self_resolution: Rate
    harm: Rate
    drafts: int
    requests: int
    worse: tuple[str, ...] = ()
    better: tuple[str, ...] = ()
    planted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    suites: tuple[SuiteUnder, ...]
    follow_ups: dict[str, FollowUpFigures]

    @property
    def nothing_worse(self) -> bool:
        """No case under any model, and no planted word."""
        first = self.follow_ups[""]
        kept = all(f.wrong.hits <= first.wrong.hits and f.answered.hits >= first.answered.hits
                   for f in self.follow_ups.values())  # fmt: skip
        return kept and not any(one.worse or one.planted for one in self.suites)


@dataclass
class _Told:
    """Asks, and keeps what was generated and what was planted."""

    ask: Ask
    drafts: int = 0
    planted: list[str] = field(default_factory=list)

    def __call__(self, case: Case) -> Answer:
        answer = self.ask(case)
        self.drafts += answer.answer is not None and answer.answer.draft is not None
        if any(words in reply_of(answer) for words in PLANTED):
            self.planted.append(case.id)
        return answer


def compare_llm(settings: Settings, limit: int = 0, progress: Callable[[str], Progress] | None = None) -> Comparison:
    """`settings`: of a data folder with the sample city, which no server may be using. `limit`: cases a suite."""
    suites = [load_suite(SHIPPED / name).only(limit=limit) for name in SUITES]
    with opened(_with(settings, LlmSettings())) as services:
        plain = _asked_under("", services, suites, [], progress)
        entries = [entry for entry in services.faqs.published() if entry.lang == "ja"]
    found, follow_ups = [plain], {"": plain.follow_ups}
    for name, reply in (("good", _understanding(suites, entries)), ("bad", bad)):
        with (
            scripted_server(reply) as server,
            opened(_with(settings, _open_to_citizens(server.url, entries))) as services,
        ):
            found.append(_asked_under(name, services, suites, server.requests, progress))
        follow_ups[name] = found[-1].follow_ups
    return Comparison(tuple(_under(suite, one, plain) for suite in suites for one in found), follow_ups)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Everything asked under one model."""

    model: str
    rows: dict[str, Sequence[Row]]
    told: dict[str, _Told]
    requests: dict[str, int]
    follow_ups: FollowUpFigures


def _asked_under(
    name: str,
    services: Services,
    suites: Sequence[Suite],
    seen: Sequence[object],
    progress: Callable[[str], Progress] | None,
) -> _Asked:
    rows: dict[str, Sequence[Row]] = {}
    told: dict[str, _Told] = {}
    requests: dict[str, int] = {}
    for suite in suites:
        told[suite.name], began = _Told(asking(services.answerer, services.redactor)), len(seen)
        tell = progress(f"{name or 'なし'} {suite.name}") if progress else None
        rows[suite.name] = run(suite, told[suite.name], progress=tell)
        requests[suite.name] = len(seen) - began
    return _Asked(name, rows, told, requests, measure_follow_ups(services, load_follow_ups()))


def _under(suite: Suite, asked: _Asked, plain: _Asked) -> SuiteUnder:
    rows = asked.rows[suite.name]
    moved = changes(plain.rows[suite.name], rows)
    answerable = [row for row in rows if row.answerable]
    return SuiteUnder(
        suite=suite.name,
        model=asked.model,
        self_resolution=rate(sum(row.outcome == "resolved" for row in answerable), len(answerable)),
        harm=rate(sum(row.outcome == "harm" for row in rows), len(rows)),
        drafts=asked.told[suite.name].drafts,
        requests=asked.requests[suite.name],
        worse=tuple(sorted({one.case_id for one in (*moved.newly_wrong, *moved.newly_harmful)})),
        better=tuple(one.case_id for one in moved.newly_right),
        planted=tuple(asked.told[suite.name].planted),
    )


def _with(settings: Settings, llm: LlmSettings) -> Settings:
    return settings.model_copy(update={"llm": llm})


def _open_to_citizens(url: str, entries: Sequence[FaqEntry]) -> LlmSettings:
    return LlmSettings(
        model="openai/scripted",
        api_base=url,
        retries=0,
        breaker_failures=_NO_BREAKER,
        citizen_categories=tuple(sorted({entry.category for entry in entries})),
        machine_translation="citizens",
    )


def _understanding(suites: Sequence[Suite], entries: Sequence[FaqEntry]) -> Reply:
    """The good model, which besides knows what foreign questions and follow-ups ask for."""
    asked = {entry.faq_id: entry.question for entry in entries}
    meant = {case.text: asked[f] for s in suites for case in s.cases for f in case.right_faqs if f in asked}
    meant |= {case.text: asked[f] for case in load_follow_ups() for f in case.right if f in asked}

    def reply(body: dict[str, Any]) -> Turn:
        found = sections(body)
        text = found.get("今の発言") or (found.get("質問") if "資料1" not in found else None)
        if text is not None:
            return Says(meant.get(text.strip(), text))
        return Says("{}") if "原文" in found else good(body)

    return reply
