"""`madoguchi eval …` and `madoguchi adapt`. Mounted by the main command line; imports what a command needs when it
runs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eval.cases import Suite
    from eval.gate import Limits
    from knowledge.settings import Settings

app = typer.Typer(no_args_is_help=True, help="回答の質を測る", add_completion=False)

DataDir = Annotated[
    Path | None, typer.Option("--data-dir", envvar="MADOGUCHI_DATA_DIR", help="データフォルダー", show_default="data")
]
SuiteOption = Annotated[
    str,
    typer.Option(
        "--suite", help="付属の評価ケースの名前、またはファイル・フォルダー", show_default="この市の評価ケース全部"
    ),
]
Splits = Annotated[
    list[str] | None, typer.Option("--split", help="calibration・dev・test のどれか（複数可、省略で全部）")
]
LimitsFile = Annotated[Path | None, typer.Option("--limits", help="合否の基準（TOML）", show_default="付属の基準")]
AsJson = Annotated[bool, typer.Option("--json", help="結果を JSON で出力する")]
FAILED = 1


@app.command()
def run(
    suite: SuiteOption = "",
    split: Splits = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="先頭から何件か（0は全件）")] = 0,
    noise: Annotated[bool, typer.Option("--noise", help="音声認識の誤りを加えた評価も行う")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="数字を eval/results にコミットごとに残す（開発用）")] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """評価ケースをすべて実際に質問し、結果を記録して報告書を作る。中断しても続きから再開する。"""
    from eval import results, screen
    from eval.changes import changes
    from eval.gate import load_limits
    from eval.report import headlines
    from eval.runs import RunFolder
    from eval.service import run_noise, run_suite, write_report
    from eval.summary import to_json
    from knowledge.bootstrap import opened

    cases = _suite(suite, split, limit, data_dir)
    with opened(_settings(data_dir)) as services:
        with screen.progress("評価") as tell:
            made = run_suite(services, cases, tell)
        if noise:
            with screen.progress("音声認識の誤り") as tell:
                run_noise(services, cases, made.about.run_id, tell)
        before = RunFolder(services.folder.root).latest(cases.name, made.about.run_id)
        written = write_report(services, made, before, suite=cases)
    if keep:
        results.keep(made)
    if as_json:
        _say_json({"run_id": made.about.run_id, "report": str(written.html), "summary": to_json(made.summary)})
        return
    found = changes(before.rows, made.rows) if before else None
    screen.headlines(headlines(made.summary, load_limits(), found))
    screen.out.print(f"報告書：{written.html}", soft_wrap=True)


@app.command()
def report(
    run_id: Annotated[str, typer.Argument(help="評価番号（省略で最新）")] = "",
    since: Annotated[str, typer.Option("--since", help="比べる評価番号", show_default="一つ前")] = "",
    suite: SuiteOption = "",
    out: Annotated[Path | None, typer.Option("--out", help="書き出す HTML ファイル")] = None,
    data_dir: DataDir = None,
) -> None:
    """記録した評価の報告書（HTML と CSV）を作り直す。"""
    from eval import screen
    from eval.runs import RunFolder
    from eval.service import write_report
    from knowledge.bootstrap import opened
    from knowledge.errors import NotFound

    with opened(_settings(data_dir)) as services:
        folder = RunFolder(services.folder.root)
        made = folder.load(run_id) if run_id else folder.latest(Path(suite or services.settings.city).stem)
        if made is None:
            raise NotFound("評価の記録がありません。先に madoguchi eval run を実行してください。")
        before = folder.load(since) if since else folder.latest(made.about.suite, made.about.run_id)
        written = write_report(services, made, before, out=out)
    screen.out.print(f"報告書：{written.html}", soft_wrap=True)
    screen.out.print(f"一覧：{written.csv}", soft_wrap=True)


@app.command()
def gate(
    suite: SuiteOption = "",
    limits: LimitsFile = None,
    accept: Annotated[bool, typer.Option("--accept", help="最新の評価を、次から比べる基準にする")] = False,
    data_dir: DataDir = None,
) -> None:
    """最新の評価が基準を満たすか調べる。満たさなければ終了コード1。"""
    from eval import screen, service
    from eval.runs import RunFolder
    from knowledge.bootstrap import opened
    from knowledge.errors import NotFound

    cases = _suite(suite, None, 0, data_dir)
    chosen = _limits(limits)
    with opened(_settings(data_dir)) as services:
        folder = RunFolder(services.folder.root)
        made = folder.latest(cases.name)
        if made is None:
            raise NotFound("評価の記録がありません。先に madoguchi eval run を実行してください。")
        if accept:
            folder.accept(made.about.run_id)
            screen.out.print(f"評価 {made.about.run_id} を基準にしました。")
            return
        result = service.gate(services, made, cases, chosen)
    screen.verdict(result)
    if not result.passed:
        raise typer.Exit(FAILED)


@app.command()
def cases(
    suite: SuiteOption = "",
    keep_answers: Annotated[
        Path | None, typer.Option("--keep-answers", help="正解のFAQの今の回答を、合否の基準として書き出すファイル")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """評価ケースを検査する。形式、分割の重なり、FAQとの重複。問題があれば終了コード1。"""
    from collections import Counter

    from eval import labels, screen
    from eval.gate import missing_gold
    from eval.leakage import find_leaks
    from eval.reference import write_reference
    from knowledge.bootstrap import opened_store

    loaded = _suite(suite, None, 0, data_dir)
    with opened_store(_settings(data_dir)) as store:
        entries = store.faqs.published()
    counted = Counter((c.split, labels.ACTIONS[c.expected]) for c in loaded.cases)
    screen.table(
        f"評価ケース {len(loaded.cases)}件",
        ("分割", "正しい対応", "件数"),
        [(*k, n) for k, n in sorted(counted.items())],
    )
    leaks = find_leaks(loaded.cases, entries)
    for leak in leaks:
        screen.out.print(
            f"{leak.case_id}：{leak.faq_id} の文と重複しています（{leak.similarity:.0%}）「{leak.wording}」"
        )
    lost = missing_gold(loaded.cases, [e.key for e in entries])
    for finding in lost:
        screen.out.print(finding.message)
    if leaks or lost:
        raise typer.Exit(FAILED)
    screen.out.print("問題はありません。")
    if keep_answers is not None:
        wanted = frozenset((f, c.lang) for c in loaded.cases for f in c.right_faqs)
        screen.out.print(f"回答 {write_reference(keep_answers, entries, wanted)}件を書き出しました：{keep_answers}")


@app.command("follow-ups")
def follow_ups(data_dir: DataDir = None) -> None:
    """続きの質問（「じゃあ代理人の場合は？」）が、会話を踏まえて正しいFAQに届くかを測る。"""
    from eval import screen
    from eval.follow_ups import load_follow_ups, measure_follow_ups
    from knowledge.bootstrap import opened

    with opened(_settings(data_dir)) as services:
        found = measure_follow_ups(services, load_follow_ups())
    rows = [
        ("正しいFAQが1位（会話あり）", found.first),
        ("正しいFAQが1位（会話なし）", found.alone),
        ("そのまま正しく回答", found.answered),
        ("誤った回答", found.wrong),
    ]
    screen.table(
        "続きの質問",
        ("項目", "値", "件数", "95%信頼区間"),
        [(name, f"{r.value:.1%}", f"{r.hits}／{r.total}", f"{r.low:.1%}〜{r.high:.1%}") for name, r in rows],
    )
    for case in found.wrong_cases:
        screen.out.print(f"誤り {case}")


@app.command()
def calibrate(
    suite: SuiteOption = "",
    target: Annotated[float, typer.Option("--target", min=0.001, max=0.5, help="回答のうち許す誤りの割合")] = 0.05,
    out: Annotated[Path | None, typer.Option("--out", help="書き出すフォルダー")] = None,
    data_dir: DataDir = None,
) -> None:
    """確信度の式と回答のしきい値を調整用ケースから求め、検証用ケースでの結果とともに書き出す。"""
    import orjson

    from eval import screen
    from eval.calibration_file import calibration
    from knowledge.bootstrap import opened

    loaded = _suite(suite, None, 0, data_dir)
    with opened(_settings(data_dir)) as services:
        found = calibration(services, loaded, target)
        folder = out or services.folder.root / "eval"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "calibration.json"
        path.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2) + b"\n")
    screen.table(
        "確信度の調整",
        ("対象", "調整用", "検証用", "ECE", "Brier"),
        [
            (
                name,
                found[name]["samples"],
                found[name]["test_samples"],
                *(f"{found[name][k]:.3f}" for k in ("test_ece", "test_brier")),
            )
            for name in ("search", "answering")
        ],
    )
    screen.out.print(f"書き出し：{path}", soft_wrap=True)


@app.command()
def asr(
    manifest: Annotated[Path, typer.Option("--manifest", help="file と transcript の JSON Lines")],
    model_dir: Annotated[Path, typer.Option("--model-dir", help="音声認識モデルのフォルダー")],
) -> None:
    """音声認識の文字誤り率を測る。16kHzのままと、電話（µ-law 8kHz）を通した場合。"""
    import asyncio

    from eval import screen
    from eval.asr import evaluate, load_manifest, total
    from voicebot.hearing.whisper import WhisperTranscriber
    from voicebot.settings import HearingSettings

    recordings = load_manifest(manifest)
    transcriber = WhisperTranscriber(HearingSettings(model_dir=model_dir))

    async def measured() -> Any:
        await transcriber.start()
        with screen.progress("認識") as tell:
            return await evaluate(recordings, transcriber, tell)

    found = asyncio.run(measured())
    transcriber.close()
    rows = [(h.file, f"{h.wide_errors.cer:.1%}", f"{h.phone_errors.cer:.1%}", f"{h.took_ms:.0f}") for h in found]
    wide, phone = total([h.wide_errors for h in found]), total([h.phone_errors for h in found])
    rows.append(("合計", f"{wide.cer:.1%}", f"{phone.cer:.1%}", ""))
    screen.table("文字誤り率（CER）", ("録音", "16kHz", "電話 8kHz", "ミリ秒"), rows)


@app.command()
def public(
    folders: Annotated[list[Path], typer.Argument(help="contexts.jsonl と questions.jsonl のあるフォルダー")],
    questions: Annotated[int, typer.Option("--questions", min=1, help="質問の数")] = 800,
    train: Annotated[bool, typer.Option("--train", help="先に学習する")] = False,
    data_dir: DataDir = None,
) -> None:
    """公開されている日本語の質問集で、検索の一般性を確かめる。データは写さない。"""
    from eval import screen
    from eval.public_sets import check_public, figures_line, load_public
    from knowledge.search.word_vectors import load_word_vectors
    from knowledge.text.tokens import Tokenizer

    folder_of_data = _settings(data_dir).data_dir
    words = load_word_vectors(folder_of_data / "assets")
    tokenizer = Tokenizer()
    rows = []
    for folder in folders:
        loaded = load_public(folder, questions)
        with screen.progress(loaded.name) as tell:
            rows.append(figures_line(loaded.name, check_public(loaded, tokenizer, words, train, tell)))
    columns = ("名前", "n", "Hit@1", "Hit@10", "MRR", "nDCG@10")
    note = "公開されている日本語の質問から、答えのある段落を探した結果です。"
    _keep(folder_of_data, "public", "公開の質問集での検索", note, columns, rows)
    screen.table("公開の質問集", columns, rows)


@app.command()
def wordings(
    file: Annotated[Path | None, typer.Argument(help="応対要約（CSV・JSON Lines）", show_default="付属の見本")] = None,
    suite: SuiteOption = "",
    split: Splits = None,
    without_alternatives: Annotated[
        bool, typer.Option("--without-alternatives", help="FAQの言い換えを除いて測る（始めたばかりの市）")
    ] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """応対要約を0・25・50・100%取り込んだときの、正しいFAQが見つかる割合を比べる。学習を4回行う。"""
    from dataclasses import asdict

    from eval import screen
    from eval.lab import SAMPLES
    from eval.past_wordings import GainBench, bare, past_wordings_gain
    from ingestion.summaries import read_summaries
    from knowledge.bootstrap import make_redactor, opened_store
    from knowledge.profile import load_profile
    from knowledge.search.word_vectors import load_word_vectors
    from knowledge.text.tokens import Tokenizer

    settings = _settings(data_dir)
    cases = _suite(suite, split, 0, data_dir).cases
    source = file or SAMPLES / "summaries.jsonl"
    summaries = read_summaries(source.read_bytes(), source.suffix.lower())
    with opened_store(settings) as store:
        published = list(store.faqs.published())
        synonyms = store.faqs.synonyms()
    words = load_word_vectors(settings.data_dir / "assets")
    bench = GainBench(Tokenizer(), words, make_redactor(settings, load_profile(settings.city)), synonyms)
    entries = bare(published) if without_alternatives else published
    with screen.progress("応対要約の効果") as tell:
        points = past_wordings_gain(entries, summaries, cases, bench, progress=tell)
    if as_json:
        _say_json([asdict(one) for one in points])
        return
    columns = ("取り込んだ割合", "要約", "n", "1位が正解", "95%区間", "3位以内に正解")
    rows = [
        (
            f"{one.share:.0%}", one.summaries, one.first.total, f"{one.first.value:.1%}",
            f"{one.first.low:.1%}～{one.first.high:.1%}", f"{one.shown.value:.1%}",
        )
        for one in points
    ]  # fmt: skip
    note = "応対要約を手がかりとして取り込んだときの検索です。要約は、質問の文と重ならないものだけを使いました。"
    _keep(settings.data_dir, "wordings", "応対要約の効果", note, columns, [tuple(map(str, row)) for row in rows])
    screen.table("応対要約の効果", columns, rows)


@app.command()
def paraphrases(
    limit: Annotated[
        int, typer.Option("--limit", min=1, help="言い換えを作るFAQの数（言い換えの少ないものから）")
    ] = 50,
    suite: SuiteOption = "",
    split: Splits = None,
    data_dir: DataDir = None,
) -> None:
    """言語モデルで言い換えを作り、テスト質問の正答が下がらないときだけ、検索の手がかりとして残す。学習を2回行う。"""
    from eval import screen
    from eval.paraphrases import try_wordings
    from eval.past_wordings import GainBench
    from knowledge.bootstrap import opened
    from knowledge.search.word_vectors import load_word_vectors

    cases = _suite(suite, split, 0, data_dir).cases
    with opened(_settings(data_dir)) as services:
        entries = [one for one in services.faqs.published() if one.lang == "ja"]
        chosen = sorted(entries, key=lambda one: (len(one.wordings), one.faq_id))[:limit]
        made, made_by = {}, ""
        with screen.progress("言い換えの作成") as tell:
            for place, entry in enumerate(chosen, 1):
                found = services.paraphraser.of(entry)
                made[entry.faq_id], made_by = found.wordings, found.made_by
                tell(place, len(chosen))
        bench = GainBench(
            services.tokenizer, load_word_vectors(services.folder.assets), services.redactor, services.faqs.synonyms()
        )
        trial = try_wordings(entries, made, cases, bench)
        kept = services.generated.keep(made, made_by, "system") if trial.may_stay else 0
    rows = [
        (name, f"{before.value:.1%}", f"{after.value:.1%}", before.total)
        for name, before, after in (
            ("正しいFAQが1位", trial.before_first, trial.after_first),
            ("3位以内", trial.before_shown, trial.after_shown),
        )
    ]
    screen.table("言い換えの効果", ("項目", "なし", "あり", "件数"), rows)
    made_count = sum(map(len, made.values()))
    kept_line = f"{kept}件を残しました。" if trial.may_stay else "正答が下がるため、残しませんでした。"
    screen.out.print(f"FAQ {len(chosen)}件に、言い換えを{made_count}件作りました。{kept_line}")


@app.command()
def pii(
    file: Annotated[
        Path | None, typer.Option("--file", help="印を付けた文（JSON Lines）", show_default="付属の検証用")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """個人情報の検出率（再現率）と適合率を、種類と書き方ごとに測る。"""
    from eval import screen
    from eval.cases import SHIPPED
    from eval.pii import load_labelled, table_rows
    from knowledge.bootstrap import make_redactor
    from knowledge.profile import load_profile

    settings = _settings(data_dir)
    sentences = load_labelled(file or SHIPPED / "pii" / "held_out.jsonl")
    rows = table_rows(sentences, make_redactor(settings, load_profile(settings.city)))
    columns = ("種類", "書き方", "n", "検出率（再現率）", "適合率")
    note = f"{len(sentences)}文。かっこ内は95%信頼区間です。"
    _keep(settings.data_dir, "pii", "個人情報の検出", note, columns, rows)
    screen.table("個人情報の検出", columns, rows)


@app.command()
def adapt(
    pairs: Annotated[
        Path | None, typer.Option("--pairs", help="確認済みの質問（text と faq_id の JSON Lines）")
    ] = None,
    with_torch: Annotated[
        bool, typer.Option("--sentence-transformers", help="sentence-transformers（追加の部品）で学習する")
    ] = False,
    rollback: Annotated[bool, typer.Option("--rollback", help="一つ前の学習結果に戻す")] = False,
    data_dir: DataDir = None,
) -> None:
    """確認済みの質問から学び直し、学習に使わないFAQで良くなった場合だけ切り替える。"""
    from eval import adapt as adapting
    from eval import screen
    from knowledge.bootstrap import opened
    from knowledge.search.static_embedding import StaticEmbeddingTrainer
    from knowledge.search.train_processes import ProcessTrainer
    from knowledge.search.word_vectors import load_word_vectors

    with opened(_settings(data_dir)) as services:
        words = load_word_vectors(services.folder.assets)
        if rollback:
            adapting.rollback(services.retriever, words, services.folder.index)
            screen.out.print("一つ前の学習結果に戻しました。")
            return
        chosen = services.settings.search
        trainer = ProcessTrainer(words, services.folder.assets, chosen.training)
        learner = StaticEmbeddingTrainer(words, chosen.training) if with_torch else None
        bench = adapting.Bench(services.tokenizer, words, chosen, trainer, learner)
        with services.db.read() as conn:
            confirmed = adapting.confirmed_pairs(conn)
        if pairs is not None:
            confirmed += adapting.read_pairs(pairs, services.redactor)
        with screen.progress("比べるための学習") as tell:
            tried = adapting.trial(services.faqs.published(), confirmed, bench, tell)
        screen.out.print(tried.sentence())
        if tried.better:
            with screen.progress("学習") as tell:
                adapting.adopt(services.retriever, confirmed, bench, services.folder.index, tell)


def _keep(
    data_dir: Path, name: str, title: str, note: str, columns: "Sequence[str]", rows: "Sequence[Sequence[str]]"
) -> None:
    """For the next report."""
    from eval.extra import ExtraTable, save
    from knowledge.clock import SystemClock

    save(data_dir, name, ExtraTable(title, note, SystemClock().now(), tuple(columns), tuple(map(tuple, rows))))


def _settings(data_dir: Path | None) -> "Settings":
    from knowledge.settings import load_settings

    return load_settings(**({"data_dir": data_dir} if data_dir is not None else {}))


def _suite(name: str, splits: list[str] | None, limit: int, data_dir: Path | None) -> "Suite":
    from eval.suites import suite_named
    from knowledge.errors import InvalidInput

    if set(splits or ()) - {"calibration", "dev", "test"}:
        raise InvalidInput("--split には calibration・dev・test のどれかを指定してください。")
    settings = _settings(data_dir)
    loaded = suite_named(name, settings.city, settings.data_dir)
    return loaded.only(splits or (), limit) if splits or limit else loaded


def _limits(path: Path | None) -> "Limits":
    from eval.gate import DEFAULT_LIMITS, load_limits

    return load_limits(path or DEFAULT_LIMITS)


def _say_json(content: Any) -> None:
    import sys

    import orjson

    sys.stdout.write(orjson.dumps(content, option=orjson.OPT_INDENT_2).decode() + "\n")
