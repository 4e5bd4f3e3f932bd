"""The intent model on a few utterances: learns, keeps, forgets what is damaged."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.answering import intent_setup
from knowledge.answering.intent_model import IN_SCOPE, Example, IntentModel, train_intents
from knowledge.answering.intent_setup import (
    CHOSEN_WEIGHT,
    FILE_NAME,
    examples_identity,
    faq_examples,
    knows_as_ours,
    load_intents,
    read_policy_examples,
    train_and_keep,
)
from knowledge.domain import FaqEntry, Referral
from knowledge.errors import NotReadable
from tests.fakes.faq_entries import many_entries
from tests.fakes.search import faqs, japanese, tokenizer, words

ROOT = Path(__file__).resolve().parents[2]
OTHERS = {
    "complaint": ("対応がひどい", "対応が遅すぎて腹が立つ", "窓口の人の態度が悪い", "態度が悪くて不愉快", "待たされてひどい"),
    "asked_for_person": ("人と話したい", "職員と話したい", "担当者と話したい", "オペレーターと話したい", "電話を代わってほしい"),
    "other_department": ("ごみの収集日", "粗大ごみの収集", "ごみの出し方", "犬の登録", "犬の予防注射の登録"),
}  # fmt: skip
EXAMPLES = [*faq_examples(japanese()), *(Example(t, label) for label, texts in OTHERS.items() for t in texts)]


@pytest.fixture(scope="module")
def model() -> IntentModel:
    return train_intents(EXAMPLES, tokenizer(), words())


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("カードを無くしたのですが", IN_SCOPE),
        ("暗証番号がわからない", IN_SCOPE),
        ("対応がひどくて腹が立つ", "complaint"),
        ("職員の人と話したい", "asked_for_person"),
        ("粗大ごみの出し方", "other_department"),
    ],
)
def test_knows_its_own_kind(model: IntentModel, text: str, label: str) -> None:
    probabilities = model.probabilities(text)
    assert max(probabilities, key=probabilities.__getitem__) == label


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(), max_size=200))
def test_any_text_has_probabilities(model: IntentModel, text: str) -> None:
    probabilities = model.probabilities(text)
    assert set(probabilities) == {IN_SCOPE, *OTHERS}
    assert sum(probabilities.values()) == pytest.approx(1.0, abs=1e-5)
    assert all(0 <= p <= 1 for p in probabilities.values())


def test_training_does_not_depend_on_chance() -> None:
    """Sets iterate differently in every process."""
    code = (
        "from tests.unit.test_answering_intents import *\n"
        "m = train_intents(EXAMPLES, tokenizer(), words())\n"
        "print(m.probabilities('カードの対応がひどい'))"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(told) == 1


def test_what_is_kept_judges_the_same(tmp_path: Path) -> None:
    made = train_and_keep(EXAMPLES, tmp_path, tokenizer(), words())
    loaded = load_intents(tmp_path, tokenizer(), words())
    assert loaded is not None
    assert loaded[1] == examples_identity(EXAMPLES, tokenizer())
    assert loaded[0].probabilities("職員と話したい") == pytest.approx(made.probabilities("職員と話したい"), abs=1e-4)


@pytest.mark.parametrize(
    "damage",
    [
        lambda p: p.write_bytes(b""),
        lambda p: p.write_bytes(b"not a model"),
        lambda p: p.write_bytes(p.read_bytes()[:500]),
        lambda p: p.write_bytes(p.read_bytes()[: p.stat().st_size // 2]),
        lambda p: p.unlink(),
        lambda p: p.with_name(f"{FILE_NAME}.txt").unlink(),
    ],
)
def test_a_damaged_model_counts_as_none(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    train_and_keep(EXAMPLES, tmp_path, tokenizer(), words())
    damage(tmp_path / FILE_NAME)
    assert load_intents(tmp_path, tokenizer(), words()) is None


def test_identity_follows_the_examples() -> None:
    one = examples_identity(EXAMPLES, tokenizer())
    assert one == examples_identity(list(EXAMPLES), tokenizer())
    assert one != examples_identity(EXAMPLES[1:], tokenizer())
    assert one != examples_identity([Example(EXAMPLES[0].text, "complaint"), *EXAMPLES[1:]], tokenizer())
    heavier = Example(EXAMPLES[0].text, EXAMPLES[0].label, weight=2.0)
    assert one != examples_identity([heavier, *EXAMPLES[1:]], tokenizer())


def test_an_example_that_counts_more_turns_what_stands_against_it() -> None:
    said = "給付金の口座を変えたい"
    against = [*EXAMPLES, *(Example(f"給付金の{n}", "other_department") for n in ("口座", "支給日", "申請", "対象"))]
    light = train_intents([*against, Example(said, IN_SCOPE)], tokenizer(), words())
    heavy = train_intents([*against, Example(said, IN_SCOPE, weight=CHOSEN_WEIGHT)], tokenizer(), words())
    assert heavy.probabilities(said)[IN_SCOPE] > light.probabilities(said)[IN_SCOPE]


def test_our_own_examples_count_more_than_a_wording(tmp_path: Path) -> None:
    path = tmp_path / "policy.jsonl"
    rows = [{"text": "土日もやってる", "label": IN_SCOPE}, {"text": "ひどい", "label": "complaint"}]
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    assert [e.weight for e in read_policy_examples(path)] == [CHOSEN_WEIGHT, 1.0]


def test_faq_teach_what_is_ours_and_referrals_what_is_not() -> None:
    entry = FaqEntry("R", "ごみの日", "清掃課へ", alt_questions=("ごみはいつ",), referral=Referral("清掃課", "1"))
    made = faq_examples([*faqs(), entry])
    assert Example("ごみはいつ", "other_department") in made
    assert Example("カードを無くした", IN_SCOPE) in made


def test_of_very_many_faq_some_wordings_are_learnt_from_whatever_is_edited(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = many_entries(60)
    others = [replace(entry, faq_id=f"R{entry.faq_id}", referral=Referral("清掃課", "1")) for entry in entries[:5]]
    everything = faq_examples([*entries, *others])
    ours = [example for example in everything if example.label == IN_SCOPE]
    monkeypatch.setattr(intent_setup, "MOST_OURS", 20)
    monkeypatch.setattr(intent_setup, "MANY_FAQS", 65)
    assert faq_examples([*entries, *others]) == everything
    monkeypatch.setattr(intent_setup, "MANY_FAQS", 64)
    chosen = faq_examples([*entries, *others])
    assert len(chosen) == 20 + len(everything) - len(ours)
    assert [one for one in chosen if one.label != IN_SCOPE] == [one for one in everything if one.label != IN_SCOPE]
    assert [one for one in everything if one in chosen] == chosen
    edited = faq_examples([replace(entries[0], question="まったく別の質問です。"), *entries[1:], *others])
    assert len({one.text for one in chosen} ^ {one.text for one in edited}) <= 2


def test_a_model_knows_the_faq_it_learnt_from_and_not_another_offices(model: IntentModel) -> None:
    waste = [
        FaqEntry(f"W{n}", question, "答え", status="published", lang="ja")
        for n, question in enumerate(("ごみの収集日", "粗大ごみの収集", "犬の登録", "ごみの出し方"))
    ]
    assert knows_as_ours(model, japanese())
    assert not knows_as_ours(model, waste)
    assert knows_as_ours(model, [*japanese(), waste[0]])
    assert knows_as_ours(model, [])


def test_policy_files_name_the_bad_line(tmp_path: Path) -> None:
    path = tmp_path / "policy.jsonl"
    path.write_text(json.dumps({"text": "あ", "label": "complaint"}) + '\n{"text": "い"}\n', encoding="utf-8")
    with pytest.raises(NotReadable) as error:
        read_policy_examples(path)
    assert error.value.problems[0].row == 2


def test_other_languages_of_a_policy_file_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "policy.jsonl"
    rows = [{"text": t, "label": "complaint", "lang": lang} for t, lang in (("あ", "ja"), ("b", "en"), ("c", "vi"))]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert [e.text for e in read_policy_examples(path)] == ["あ", "b"]
