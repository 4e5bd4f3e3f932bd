"""`madoguchi eval asr`, `public`, `pii`, `tags`, `alerts`, `summaries`, `manuals` and `follow-ups`: one measurement each."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from eval.commands.options import DataDir, keep_for_report, settings_of
from knowledge.text.percent import percent

if TYPE_CHECKING:
    from eval.metrics.intervals import Rate
    from eval.metrics.labels import LabelFigures
    from eval.tags import TagFigures


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
    rows = [
        (h.file, h.wide_errors.characters, percent(h.wide_errors.cer), percent(h.phone_errors.cer), f"{h.took_ms:.0f}")
        for h in found
    ]
    wide, phone = total([h.wide_errors for h in found]), total([h.phone_errors for h in found])
    rows.append(("合計", wide.characters, percent(wide.cer), percent(phone.cer), ""))
    screen.table("文字誤り率（CER）", ("録音", "字数", "16kHz", "電話 8kHz", "ミリ秒"), rows)


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

    folder_of_data = settings_of(data_dir).data_dir
    words = load_word_vectors(folder_of_data / "assets")
    tokenizer = Tokenizer()
    rows = []
    for folder in folders:
        loaded = load_public(folder, questions)
        with screen.progress(loaded.name) as tell:
            rows.append(figures_line(loaded.name, check_public(loaded, tokenizer, words, train, tell)))
    columns = ("名前", "n", "Hit@1", "Hit@10", "MRR", "nDCG@10")
    learnt = "段落から学習したあとの" if train else "学習していない"
    note = f"公開されている日本語の質問から、答えのある段落を探した結果です（{learnt}検索）。"
    keep_for_report(folder_of_data, "public", "公開の質問集での検索", note, columns, rows)
    screen.table("公開の質問集", columns, rows)


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

    settings = settings_of(data_dir)
    sentences = load_labelled(file or SHIPPED / "pii" / "held_out.jsonl")
    rows = table_rows(sentences, make_redactor(settings, load_profile(settings.city)))
    columns = ("種類", "書き方", "n", "検出率（再現率）", "適合率")
    note = f"{len(sentences)}文。かっこ内は95％信頼区間です。"
    keep_for_report(settings.data_dir, "pii", "個人情報の検出", note, columns, rows)
    screen.table("個人情報の検出", columns, rows)


def tags(
    file: Annotated[
        Path | None, typer.Option("--file", help="タグを付けた記録（JSON Lines）", show_default="付属の記録")
    ] = None,
    split: Annotated[str, typer.Option("--split", help="test、dev、または空（すべて）")] = "test",
    data_dir: DataDir = None,
) -> None:
    """応対記録の自動タグの適合率と再現率を、人の付けたタグと比べて測る。"""
    from desk.records.tagging import tags_of
    from eval.cases import SHIPPED
    from eval.tags import load_notes, tag_figures
    from knowledge.bootstrap import opened_store

    notes = load_notes(file or SHIPPED / "tags" / "notes.jsonl", split)
    questions: dict[str, str] = {}
    if any(note.faq_id for note in notes):
        with opened_store(settings_of(data_dir)) as store:
            questions = {entry.faq_id: entry.question for entry in store.faqs.published() if entry.lang == "ja"}
    found = tag_figures(notes, lambda note: [t.name for t in tags_of([note.text], [questions.get(note.faq_id, "")])])
    note = f"記録 {len(notes)} 件（{split or 'すべて'}）。タグがすべて人と同じ記録は{found.exact.hits}件です。"
    _show_labels("tags", "応対記録の自動タグ", "タグ", found, note, data_dir)


def alerts(
    file: Annotated[
        Path | None, typer.Option("--file", help="規則を付けた発話（JSON Lines）", show_default="付属の発話")
    ] = None,
    split: Annotated[str, typer.Option("--split", help="test、dev、または空（すべて）")] = "test",
    with_model: Annotated[
        bool, typer.Option("--with-model", help="データフォルダーで学習した意図の判定も使う")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """責任者への知らせのうち、話した言葉による規則の適合率と再現率を、人の判断と比べて測る。"""
    from desk.alerts.words import SHIPPED_WORDS, load_word_rules
    from desk.own_files import chosen_file
    from eval.alerts import alert_figures
    from eval.cases import SHIPPED
    from eval.tags import load_notes
    from knowledge.bootstrap import opened

    settings = settings_of(data_dir)
    rules = load_word_rules(chosen_file(settings.data_dir, SHIPPED_WORDS))
    notes = load_notes(file or SHIPPED / "alerts" / "utterances.jsonl", split)
    if with_model:
        with opened(settings) as services:
            found = alert_figures(notes, rules, settings.alerts, services.answerer.complaint_odds)
    else:
        found = alert_figures(notes, rules, settings.alerts)
    how = "学習済みの意図の判定も使いました" if with_model else "言葉の規則だけです"
    note = f"発話 {len(notes)} 件（{split or 'すべて'}）。{how}。すべて人と同じ発話は{found.exact.hits}件です。"
    _show_labels("alerts", "責任者への知らせ（話した言葉）", "規則", found, note, data_dir)


def summaries(
    file: Annotated[
        Path | None, typer.Option("--file", help="通話と要約（JSON Lines）", show_default="付属の31通話・98要約")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """通話の要約に、通話と食い違う数字・日付・肯否がないかの検査を測る。製品の要約案の食い違いの割合も示す。"""
    from eval import screen
    from eval.call_summaries import KINDS, SHIPPED_CALLS, load_calls, summary_figures
    from knowledge.bootstrap import make_redactor
    from knowledge.profile import load_profile

    settings = settings_of(data_dir)
    calls = load_calls(file or SHIPPED_CALLS)
    found = summary_figures(calls, make_redactor(settings, load_profile(settings.city)))
    rows = [
        ("製品の要約案で、通話と食い違うもの", *_share(found.own)),
        ("正しい要約を誤って疑ったもの", *_share(found.alarms)),
        ("数字・日付などの食い違いに気づいたもの", *_share(found.numbers)),
        *((f"　{KINDS[kind]}の食い違い", *_share(one)) for kind, one in found.caught.items()),
    ]
    columns = ("項目", "割合", "95％区間")
    note = f"通話{len(calls)}件。要約の言葉を通話と比べる規則です。言っていない事柄と、肯否の書き換えは見逃すことがあります。"
    keep_for_report(settings.data_dir, "summaries", "通話の要約の事実の検査", note, columns, rows)
    screen.table("通話の要約の事実の検査", columns, rows)
    for title, listed in (("見逃し", found.missed), ("誤って疑った要約", found.doubted)):
        for one in listed:
            screen.say(f"{title} {one}")


def _show_labels(key: str, title: str, label: str, found: "TagFigures", note: str, data_dir: Path | None) -> None:
    from eval import screen

    rows = [("全体", *_pair(found.whole))] + [(name, *_pair(one)) for name, one in found.by_tag.items()]
    columns = (label, "適合率", "95％区間", "再現率", "95％区間", "F1")
    keep_for_report(settings_of(data_dir).data_dir, key, title, note, columns, rows)
    screen.table(f"{title}：{note}", columns, rows)


def _pair(found: "LabelFigures") -> tuple[str, str, str, str, str]:
    return *_share(found.precision), *_share(found.recall), f"{found.f1:.2f}"


def _share(rate: "Rate") -> tuple[str, str]:
    if not rate.total:
        return "－", ""
    return f"{percent(rate.value)}（{rate.hits}／{rate.total}）", f"{percent(rate.low, 0)}〜{percent(rate.high, 0)}"


def manuals(
    file: Annotated[Path | None, typer.Option("--file", help="マニュアル（TOML）", show_default="付属の8冊")] = None,
    questions: Annotated[
        Path | None, typer.Option("--questions", help="質問（JSON Lines）", show_default="付属の40問")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """マニュアルの検索が、質問の答えのある見出しを何番目に出すかを測る。データフォルダーのマニュアルは使わない。"""
    from tempfile import TemporaryDirectory

    from eval import screen
    from eval.manuals import SHIPPED_MANUALS, SHIPPED_QUESTIONS, load_manuals, load_questions, measure_manuals
    from knowledge.bootstrap import opened

    given = load_manuals(file or SHIPPED_MANUALS)
    asked = load_questions(given, questions or SHIPPED_QUESTIONS)
    settings = settings_of(data_dir)
    with opened(settings) as services, TemporaryDirectory() as folder:
        found = measure_manuals(services, Path(folder), given, asked)
    rows = [
        ("1番目に出た", *_share(found.first)),
        ("3番目までに出た", *_share(found.third)),
        ("画面に出た（8番目まで）", *_share(found.shown)),
    ]
    note = f"質問{len(asked)}件、見出し{found.passages}件。MRR {found.ranking.mrr:.3f}、nDCG@10 {found.ranking.ndcg_10:.3f}。"
    columns = ("正しい見出しが", "割合", "95％区間")
    keep_for_report(settings.data_dir, "manuals", "マニュアルの検索", note, columns, rows)
    screen.table(f"マニュアルの検索：{note}", columns, rows)
    for missed, first in found.missed:
        screen.say(f"{missed.id} {missed.text}：{missed.right} ← {first or '見つからない'}")


def follow_ups(
    file: Annotated[
        Path | None, typer.Option("--file", help="after・text・right の JSON Lines（省くと付属のもの）")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """続きの質問（「じゃあ代理人の場合は？」）が、会話を踏まえて正しいFAQに届くかを測る。"""
    from eval import screen
    from eval.follow_ups import SHIPPED_FOLLOW_UPS, load_follow_ups, measure_follow_ups
    from knowledge.bootstrap import opened

    with opened(settings_of(data_dir)) as services:
        found = measure_follow_ups(services, load_follow_ups(file or SHIPPED_FOLLOW_UPS))
    rows = [
        ("正しいFAQが1位（会話あり）", found.first),
        ("正しいFAQが1位（会話なし）", found.alone),
        ("そのまま正しく回答", found.answered),
        ("誤った回答", found.wrong),
    ]
    screen.table(
        "続きの質問",
        ("項目", "値", "件数", "95％信頼区間"),
        [(name, percent(r.value), f"{r.hits}／{r.total}", f"{percent(r.low)}〜{percent(r.high)}") for name, r in rows],
    )
    for case in found.wrong_cases:
        screen.out.print(f"誤り {case}")
