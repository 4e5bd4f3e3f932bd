"""The evaluation on the product's own services: the same answerer, searcher and redactor that serve citizens."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import orjson

from eval import tables
from eval.about import About, about
from eval.affected import Affected, AnswererOver, Edit, affected
from eval.asking import asking, ranking
from eval.cases import Suite
from eval.extra import load_all
from eval.gate import GateResult, Limits, Texts, check, load_limits, missing_gold
from eval.nearby import Meanings
from eval.noise_curve import NoiseBench, NoisePoint, RowFiles, from_json, noise_curve, to_json
from eval.production import lately
from eval.reference import answers_of, shipped_reference
from eval.report import ReportData, csv_of, html
from eval.runner import Progress, run
from eval.runs import Run, RunFolder
from eval.suites import SAMPLE_CITY
from eval.vocabulary import load_homophones
from knowledge.bootstrap import Services
from knowledge.domain import FaqEntry
from knowledge.search.retriever import MAIN_LANGUAGE
from knowledge.search.word_vectors import load_word_vectors
from knowledge.settings import AnswerSettings

_SEEN = 3
"""Hits that a decision looks at closely; what stands lower has no say in the answer."""


@dataclass(frozen=True, slots=True)
class Written:
    """Where a run's report went."""

    html: Path
    csv: Path


def answerer_over(services: Services, settings: AnswerSettings | None = None) -> AnswererOver:
    """Makes the product's own answerer on another searcher (and, if given, with other settings)."""
    return lambda searcher: services.answerer.over(searcher, settings)


def conditions(services: Services) -> dict[str, str]:
    """What a run is made with; two runs differ for a reason that stands here."""
    index = services.retriever.index_of(MAIN_LANGUAGE)
    hashes = sorted((*key, value) for key, value in services.faqs.state().hashes.items())
    chosen = services.settings.answer.model_dump(mode="json")
    return {
        "辞書": services.tokenizer.version,
        "検索の学習": index.encoder.identity if index else "",
        "FAQの内容": sha256(repr(hashes).encode()).hexdigest()[:12],
        "FAQの件数": str(len(hashes)),
        "市": services.settings.city,
        "判断の設定": orjson.dumps(chosen, option=orjson.OPT_SORT_KEYS).decode(),
    }


def run_suite(
    services: Services,
    suite: Suite,
    progress: Progress | None = None,
    then: Callable[[Run], object] | None = None,
) -> Run:
    """Ask every case, or go on with an interrupted run; write files and the line in the database. `then`: further work
    that belongs to the run; while it is not done the run is unfinished, and is gone on with by the next one."""
    folder = RunFolder(services.folder.root)
    given, file = folder.begin(about(suite, services.clock.now(), conditions(services)))
    categories = {e.faq_id: e.category for e in services.faqs.published() if e.lang == MAIN_LANGUAGE}
    rows = run(
        suite,
        asking(services.answerer, services.redactor),
        file,
        progress,
        categories,
        ranking(services.retriever, services.redactor),
    )
    made = Run(given, tuple(rows))
    if then is not None:
        then(made)
    folder.finish(made)
    with services.db.begin() as conn:
        tables.record(conn, made.about, made.summary)
    return made


def run_noise(services: Services, suite: Suite, about: About, progress: Progress | None = None) -> list[NoisePoint]:
    """The noise curve, kept beside the run it belongs to; an interrupted one goes on where it stopped."""
    words = load_word_vectors(services.folder.assets)
    folder = RunFolder(services.folder.root)
    spoken = load_homophones(folder.root, services.tokenizer, services.faqs.published(), words)
    bench = NoiseBench(services.retriever, answerer_over(services), services.redactor, services.tokenizer, spoken)
    target = folder.folder(about.run_id)
    rows = target / "noise"
    points = noise_curve(suite.cases, bench, progress=progress, files=RowFiles(rows, about.identity))
    (target / "noise.json").write_bytes(orjson.dumps(to_json(points), option=orjson.OPT_INDENT_2))
    shutil.rmtree(rows, ignore_errors=True)
    return points


def gate(services: Services, made: Run, suite: Suite | None = None, limits: Limits | None = None) -> GateResult:
    """Hold a run against the limits, the accepted run and the accepted answers (of that run, else those shipped with the
    suite); with the suite, gold that is not published is found too."""
    accepted = RunFolder(services.folder.root).accepted(made.about.suite)
    published = {e.key: e.answer for e in services.faqs.published()}
    lost = missing_gold(suite.cases, published) if suite else []
    reference = answers_of(accepted.rows) if accepted else {}
    if services.settings.city == SAMPLE_CITY:
        reference = {**shipped_reference(made.about.suite), **reference}
    return check(
        made.rows,
        limits or load_limits(),
        accepted.rows if accepted else None,
        lost,
        Texts(reference, published),
        made.about.partial,
    )


def affected_by(
    services: Services, edit: Edit, suite: Suite, progress: Progress | None = None, meanings: Meanings | None = None
) -> Affected:
    """What the edit moves; the newest run, however old, tells which further cases may be touched."""
    made = RunFolder(services.folder.root).latest(suite.name)
    found = {r.case_id: r.ranked[:_SEEN] for r in made.rows} if made is not None else {}
    return affected(
        edit, suite, services.retriever, answerer_over(services), services.redactor, found, progress, meanings
    )


def write_report(
    services: Services,
    made: Run,
    before: Run | None,
    limits: Limits | None = None,
    out: Path | None = None,
    suite: Suite | None = None,
) -> Written:
    """HTML and CSV beside the run, or the HTML at `out` with the CSV beside it."""
    folder = RunFolder(services.folder.root).folder(made.about.run_id)
    chosen = limits or load_limits()
    with services.db.read() as conn:
        trend = tables.trend(conn, made.about.suite)
    data = ReportData(
        made,
        before,
        [line for line in trend if line["at"] <= made.about.at],
        _noise(folder),
        _entries(services),
        chosen,
        gate(services, made, suite, chosen),
        load_all(services.folder.root),
        lately(services),
    )
    target = out or folder / "report.html"
    target.write_text(html(data), encoding="utf-8")
    target.with_suffix(".csv").write_bytes(csv_of(made.rows))
    return Written(target, target.with_suffix(".csv"))


def _entries(services: Services) -> dict[tuple[str, str], FaqEntry]:
    return {e.key: e for e in services.faqs.published()}


def _noise(folder: Path) -> list[NoisePoint]:
    try:
        return from_json(orjson.loads((folder / "noise.json").read_bytes()))
    except (OSError, ValueError, KeyError, TypeError):
        return []
