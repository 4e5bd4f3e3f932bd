"""`madoguchi eval wordings`, `paraphrases` and `adapt`: what learning from more texts brings."""

from pathlib import Path
from typing import Annotated

import typer

from eval.commands.options import (
    AsJson,
    DataDir,
    Splits,
    SuiteOption,
    chosen_suite,
    keep_for_report,
    say_json,
    settings_of,
)
from knowledge.text.percent import percent


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

    settings = settings_of(data_dir)
    cases = chosen_suite(suite, split, 0, data_dir).cases
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
        say_json([asdict(one) for one in points])
        return
    columns = ("取り込んだ割合", "要約", "n", "1位が正解", "95%区間", "3位以内に正解")
    rows = [
        (
            percent(one.share, 0), one.summaries, one.first.total, percent(one.first.value),
            f"{percent(one.first.low)}〜{percent(one.first.high)}", percent(one.shown.value),
        )
        for one in points
    ]  # fmt: skip
    note = "応対要約を手がかりとして取り込んだときの検索です。要約は、質問の文と重ならないものだけを使いました。"
    keep_for_report(
        settings.data_dir, "wordings", "応対要約の効果", note, columns, [tuple(map(str, row)) for row in rows]
    )
    screen.table("応対要約の効果", columns, rows)


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

    cases = chosen_suite(suite, split, 0, data_dir).cases
    with opened(settings_of(data_dir)) as services:
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
        (name, percent(before.value), percent(after.value), before.total)
        for name, before, after in (
            ("正しいFAQが1位", trial.before_first, trial.after_first),
            ("3位以内", trial.before_shown, trial.after_shown),
        )
    ]
    screen.table("言い換えの効果", ("項目", "なし", "あり", "件数"), rows)
    made_count = sum(map(len, made.values()))
    kept_line = f"{kept}件を残しました。" if trial.may_stay else "正答が下がるため、残しませんでした。"
    screen.say(f"FAQ {len(chosen)}件に、言い換えを{made_count}件作りました。{kept_line}")


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
    """確認済みの質問から学び直し、学習に使わないFAQで良くなった場合だけ切り替える。FAQを変えても、学んだ質問は引き継ぐ。"""
    from eval import adapt as adapting
    from eval import screen
    from knowledge.bootstrap import opened
    from knowledge.search.static_embedding import StaticEmbeddingTrainer
    from knowledge.search.train_processes import ProcessTrainer
    from knowledge.search.word_vectors import load_word_vectors

    with opened(settings_of(data_dir)) as services:
        words = load_word_vectors(services.folder.assets)
        if rollback:
            adapting.rollback(services.retriever, words, services.folder.index)
            screen.say("一つ前の学習結果に戻しました。FAQをそのあとに変えていれば、次の起動のときに学習し直します。")
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
        screen.say(tried.sentence())
        if tried.better:
            with screen.progress("学習") as tell:
                adapting.adopt(services.retriever, confirmed, bench, services.folder.index, tell)
            screen.say("切り替えました。前の学習結果に戻すには、madoguchi adapt --rollback を実行してください。")
