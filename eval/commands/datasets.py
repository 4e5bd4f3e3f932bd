"""`madoguchi eval cases` and `calibrate`: look at the test questions, fit confidence to them."""

from pathlib import Path
from typing import Annotated

import typer

from eval.commands.options import FAILED, DataDir, SuiteOption, chosen_suite, settings_of
from knowledge.text.percent import percent


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

    loaded = chosen_suite(suite, None, 0, data_dir)
    with opened_store(settings_of(data_dir)) as store:
        entries = store.faqs.published()
    counted = Counter((c.split, labels.ACTIONS[c.expected]) for c in loaded.cases)
    screen.table(
        f"評価ケース {len(loaded.cases)}件",
        ("分割", "正しい対応", "件数"),
        [(*k, n) for k, n in sorted(counted.items())],
    )
    leaks = find_leaks(loaded.cases, entries)
    for leak in leaks:
        screen.say(
            f"{leak.case_id}：{leak.faq_id} の文と重複しています（{percent(leak.similarity, 0)}）「{leak.wording}」"
        )
    lost = missing_gold(loaded.cases, [e.key for e in entries])
    for finding in lost:
        screen.say(finding.message)
    if leaks or lost:
        raise typer.Exit(FAILED)
    screen.say("問題はありません。")
    if keep_answers is not None:
        wanted = frozenset((f, c.lang) for c in loaded.cases for f in c.right_faqs)
        screen.say(f"回答 {write_reference(keep_answers, entries, wanted)}件を書き出しました：{keep_answers}")


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

    loaded = chosen_suite(suite, None, 0, data_dir)
    with opened(settings_of(data_dir)) as services:
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
    screen.say(f"書き出し：{path}")
