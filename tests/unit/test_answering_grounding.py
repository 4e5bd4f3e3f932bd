"""The checks of generated text: on the labelled set, its mutations, and the cases that shaped the rules."""

import random
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.grounding import load_grounding, measure
from knowledge.answering.checking import Checker, vocabulary
from knowledge.answering.grounding import Ground
from knowledge.text.facts import canonical, figures
from knowledge.text.tokens import Tokenizer


@cache
def checker() -> Checker:
    return Checker(Tokenizer(), frozenset({"0000001200", "yoyaku.city.mihon.example.jp"}))


def kinds(text: str, source: str, question: str = "") -> set[str]:
    return {reason.kind for reason in checker().problems(text, [Ground(source, question)])}


def test_the_labelled_set_is_as_large_as_promised() -> None:
    assert len(load_grounding("faithful")) >= 300


def test_changed_facts_are_caught_and_faithful_sentences_pass() -> None:
    found = measure(load_grounding("faithful"), checker())
    assert found.caught_critical.value >= 0.99, found.missed
    assert found.caught_critical.total >= 500
    assert found.false_alarms.value <= 0.05, found.alarmed


def test_invented_matters_are_caught() -> None:
    cases = load_grounding("unfaithful")
    let_through = [case.text for case in cases if not checker().problems(case.text, [case.ground])]
    assert len(let_through) <= len(cases) * 0.05, let_through


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("手数料は1,000円です。", "手数料は千円です。"),
        ("午前8時30分から午後5時15分まで受け付けます。", "8:30から17:15まで受け付けます。"),
        ("令和6年12月2日に始まりました。", "2024年12月2日に始まりました。"),
        ("12月2日に始まりました。", "12月2日から始まりました。"),
        ("予約は要りません。", "予約は不要です。"),
        ("写真を提出しなければなりません。", "写真の提出が必要です。"),
        ("代理人は申請できません。", "代理人による申請はできません。"),
        ("手数料はかかりません。", "手数料は無料です。"),
    ],
)
def test_another_way_to_write_the_same(source: str, text: str) -> None:
    assert kinds(text, source) == set()


@pytest.mark.parametrize(
    ("source", "text", "kind"),
    [
        ("手数料は1,000円です。", "手数料は1,100円です。", "figure"),
        ("再交付は1,000円、電子証明書は200円です。", "再交付は200円です。", "mixed_up"),
        ("15歳未満の方は親が申請します。", "15歳以上の方は親が申請します。", "bound"),
        ("15歳未満の方は親が申請します。", "15歳の方は親が申請します。", "bound"),
        ("14日以内に届け出てください。", "14日以降に届け出てください。", "bound"),
        ("写真は必要です。印鑑は不要です。", "写真は不要です。", "polarity"),
        ("写真は必要です。印鑑は不要です。", "印鑑は必要です。", "polarity"),
        ("郵送で申請できます。", "郵送での申請はできません。", "polarity"),
        ("カードは郵送しません。", "カードは郵送します。", "polarity"),
        ("手数料は無料です。", "手数料は有料です。", "polarity"),
        ("0120-95-0178へ電話してください。", "0120-95-0187へ電話してください。", "phone"),
        ("窓口へお越しください。", "https://example.com/ をご覧ください。", "url"),
        ("窓口へお越しください。", "mihon-card.example.com をご覧ください。", "url"),
        ("窓口へお越しください。", "Please come to the counter.", "language"),
        ("窓口へお越しください。", "请来市役所的窗口。", "language"),
        ("窓口へお越しください。", "……", "empty"),
        ("窓口へお越しください。", "図書館へお越しください。", "words"),
    ],
)
def test_what_is_caught_and_why(source: str, text: str, kind: str) -> None:
    assert kind in kinds(text, source)


def test_every_approved_sentence_may_be_copied() -> None:
    for case in load_grounding("faithful")[::5]:
        for sentence in case.source.replace("\n", "。").split("。"):
            if len(sentence) > 3:
                assert checker().problems(f"{sentence}。", [case.ground]) == (), sentence


def test_the_directory_may_always_be_named() -> None:
    assert kinds("00-0000-1200へお電話ください。", "お電話ください。") == set()


@given(st.integers(min_value=0, max_value=2**32))
def test_any_other_number_is_caught(seed: int) -> None:
    dice = random.Random(seed)
    case = dice.choice(_with_figures())
    plain = canonical(case.text)
    fact = dice.choice([f for f in figures(plain) if f.kind == "quantity"])
    known = {f.value for f in figures(canonical(f"{case.source}\n{case.question}"))}
    other = str(dice.randrange(1, 99_999))
    if other in known or other == fact.value:
        return
    digits = plain[fact.start : fact.end]
    changed = plain[: fact.start] + digits.replace(fact.value, other, 1) + plain[fact.end :]
    assert {"figure", "phone"} & kinds(changed, case.source, case.question), changed


@cache
def _with_figures() -> list:  # type: ignore[type-arg]
    return [c for c in load_grounding("faithful") if any(f.kind == "quantity" for f in figures(canonical(c.text)))]


@given(st.text(max_size=300))
def test_it_never_raises(text: str) -> None:
    checker().problems(text, [Ground("手数料は1,000円です。", "いくらですか。")])


def test_the_list_of_plain_words_names_no_thing_that_could_be_asked_for() -> None:
    things = {
        "印鑑",
        "住民票",
        "写真",
        "保険証",
        "運転免許証",
        "銀行",
        "郵便局",
        "コンビニ",
        "代理人",
        "警察",
        "税",
        "年金",
    }
    assert not things & vocabulary().generic
