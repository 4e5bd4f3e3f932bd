"""The question back, picking from it, fixed sentences, spoken text, hand-over targets."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.answering.clarify import MAX_OPTIONS, clarify
from knowledge.answering.conversation import KEEP_FOR, Conversations, pick
from knowledge.answering.handover import Handovers
from knowledge.answering.messages import message
from knowledge.answering.spoken import MAX_SPOKEN_CHARS, spoken_text
from knowledge.domain import LANGUAGES, ClarifyOption, FaqEntry, HandoffReason, Referral
from knowledge.profile import load_profile

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


def faq(faq_id: str, question: str = "", **facets: str) -> FaqEntry:
    return FaqEntry(faq_id, question or f"{faq_id}の質問はどうなりますか。", "回答です。", facets=tuple(facets.items()))


# --- the question back


def test_names_what_separates_the_candidates() -> None:
    asked = clarify([faq("A", who="本人", thing="カード"), faq("B", who="代理人", thing="カード")])
    assert asked is not None
    assert asked.prompt == "どなたのお手続きについてのご質問でしょうか。"
    assert [(o.label, o.faq_id) for o in asked.options] == [("本人", "A"), ("代理人", "B")]


def test_what_is_the_same_for_all_is_not_asked() -> None:
    asked = clarify([faq("A", who="本人", thing="カード"), faq("B", who="本人", thing="証明書")])
    assert asked is not None
    assert asked.prompt == "何についてのご質問でしょうか。"
    assert [o.label for o in asked.options] == ["カード", "証明書"]


@pytest.mark.parametrize(
    "facets",
    [
        [{"who": "本人", "thing": "カード"}, {"who": "代理人", "thing": "証明書"}],
        [{"who": "本人"}, {"who": "代理人"}, {"who": "本人"}],
        [{"thing": "カード"}, {}],
    ],
)
def test_where_one_word_does_not_tell_them_apart_the_questions_do(facets: list[dict[str, str]]) -> None:
    asked = clarify([faq(name, **one) for name, one in zip("ABC", facets, strict=False)])
    assert asked is not None
    assert asked.prompt == message("clarify_prompt", "ja")
    assert [o.label for o in asked.options] == [f"{name}の質問はどうなりますか" for name in "ABC"[: len(facets)]]


def test_of_two_sentences_the_first_is_the_option() -> None:
    asked = clarify([faq("A", "はがきをなくしました。カードは受け取れますか。"), faq("B")])
    assert asked is not None
    assert asked.options[0].label == "はがきをなくしました"


def test_without_facets_the_questions_themselves_are_the_options() -> None:
    asked = clarify(
        [faq("A", "カードの受け取り方を教えてください。"), faq("B", "写真の大きさについて教えてください。")]
    )
    assert asked is not None
    assert [o.label for o in asked.options] == ["カードの受け取り方", "写真の大きさ"]


@pytest.mark.parametrize(
    "entries", [[], [faq("A")], [faq("A"), faq("A")], [faq("A", "同じ質問ですか。"), faq("B", "同じ質問ですか。")]]
)
def test_one_thing_alone_is_not_asked_back(entries: list[FaqEntry]) -> None:
    assert clarify(entries) is None


def test_the_same_question_twice_is_one_option() -> None:
    asked = clarify([faq("A", "同じ質問ですか。"), faq("B"), faq("C", "同じ質問ですか。"), faq("D")])
    assert asked is not None
    assert [o.faq_id for o in asked.options] == ["A", "B", "D"]


@pytest.mark.parametrize("lang", [lang for lang in LANGUAGES if lang != "ja"])
def test_other_languages_are_asked_in_their_own(lang: str) -> None:
    asked = clarify([replace(faq("A", "Q1?"), lang=lang), replace(faq("B", "Q2?"), lang=lang)], lang)
    assert asked is not None
    assert asked.prompt == message("clarify_prompt", lang) != message("clarify_prompt", "ja")
    assert [o.label for o in asked.options] == ["Q1?", "Q2?"]


FACETS = st.dictionaries(st.sampled_from(["who", "thing", "procedure", "state", "place"]), st.sampled_from("甲乙丙"))
ENTRIES = st.lists(st.tuples(st.sampled_from("ABCDE"), FACETS), max_size=6)


@given(ENTRIES)
def test_options_are_two_or_three_different_ones(drawn: list[tuple[str, dict[str, str]]]) -> None:
    asked = clarify([faq(faq_id, **facets) for faq_id, facets in drawn])
    if asked is None:
        assert len({faq_id for faq_id, _ in drawn}) < 2
    else:
        assert 2 <= len(asked.options) <= MAX_OPTIONS
        assert len({o.label for o in asked.options}) == len({o.faq_id for o in asked.options}) == len(asked.options)
        assert asked.options[0].faq_id == drawn[0][0]


# --- picking

OPTIONS = (
    ClarifyOption("本人が受け取る", "A"),
    ClarifyOption("代理人が受け取る", "B"),
    ClarifyOption("郵送・宅配", "C"),
)


@pytest.mark.parametrize(
    ("said", "picked"),
    [
        ("1", "A"), ("１番", "A"), ("一番目です", "A"), ("最初のほう", "A"), ("2番", "B"), ("二つ目", "B"), ("②", "B"), ("3", "C"), ("最後", "C"),
        ("代理人", "B"), ("代理人です。", "B"), ("代理人が受け取る", "B"), ("本人のほうです", "A"), ("郵送", "C"),
        ("受け取る", None), ("4", None), ("", None), ("。", None), ("はい", None), ("引っ越したときの手続きを教えてください", None),
    ],
)  # fmt: skip
def test_picks(said: str, picked: str | None) -> None:
    assert pick(said, OPTIONS) == picked


@pytest.mark.parametrize("said", ["本人ではありません", "本人以外です", "本人じゃなくて", "本人の方ではない"])
def test_what_is_denied_is_not_picked(said: str) -> None:
    assert pick(said, (ClarifyOption("本人", "A"), ClarifyOption("子ども", "B"))) is None


def test_what_is_meant_instead_is_picked() -> None:
    assert pick("本人ではなく子どもです", (ClarifyOption("本人", "A"), ClarifyOption("子ども", "B"))) == "B"


@given(st.text(st.characters(), max_size=60))
def test_any_reply_picks_an_option_or_none(said: str) -> None:
    assert pick(said, OPTIONS) in {"A", "B", "C", None}


def test_a_question_back_is_picked_from_once_and_for_a_while() -> None:
    talks = Conversations()
    talks.asked("c1", OPTIONS, NOW)
    assert talks.picked("c2", "1", NOW) is None
    assert talks.picked("c1", "別の話", NOW) is None
    assert talks.picked("c1", "1", NOW + KEEP_FOR) == "A"
    assert talks.picked("c1", "1", NOW) is None
    talks.asked("c1", OPTIONS, NOW)
    assert talks.picked("c1", "1", NOW + KEEP_FOR + timedelta(seconds=1)) is None


def test_without_a_conversation_nothing_is_kept() -> None:
    talks = Conversations()
    talks.asked("", OPTIONS, NOW)
    assert talks.picked("", "1", NOW) is None
    assert not talks._pending


# --- fixed sentences

KEYS = [*get_args(HandoffReason), "refuse", "personal_data", "clarify_prompt"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("key", KEYS)
def test_every_sentence_is_complete_in_every_language(lang: str, key: str) -> None:
    for phone in ("03-0000-0000", ""):
        text = message(key, lang, "市民課", phone)
        assert text
        assert "{" not in text
        assert "}" not in text
        assert "（）" not in text
        assert "()" not in text
        assert text.strip()[-1] in "。.?？!！" or lang in ("ko", "vi", "zh")
    if lang != "ja":
        assert text != message(key, "ja", "市民課", "")


def test_unknown_languages_are_answered_in_japanese() -> None:
    assert message("refuse", "fr") == message("refuse", "ja")


# --- spoken text


@pytest.mark.parametrize(
    ("answer", "spoken"),
    [
        ("窓口でできます。", "窓口でできます。"),
        ("窓口でできます", "窓口でできます。"),
        (
            "詳しくはhttps://www.example.lg.jp/a?b=1をご覧ください。受付は九時からです。",
            "詳しくはホームページをご覧ください。受付は九時からです。",
        ),
        ("市のページ（https://example.jp/）にあります。", "市のページにあります。"),
        ("必要なもの（本人（法定代理人を含む）の書類）を持参。", "必要なものを持参。"),
        ("「カード」を『窓口』へ【必ず】お持ちください。", "カードを窓口へ必ずお持ちください。"),
        ("一行目\n二行目です。", "一行目。二行目です。"),
        ("e-Taxで使えます。", "e-Taxで使えます。"),
        ("使えますか？はい、使えます。", "使えますか？はい、使えます。"),
        ("", ""),
    ],
)
def test_spoken(answer: str, spoken: str) -> None:
    assert spoken_text(FaqEntry("A", "質問", answer)) == spoken


def test_approved_spoken_text_is_said_as_it_is() -> None:
    assert spoken_text(FaqEntry("A", "質問", "回答（長い）。", answer_voice="短い回答です。")) == "短い回答です。"


def test_long_answers_end_with_a_whole_sentence() -> None:
    answer = "一文目は三十文字くらいの長さにしておくことにします。" * 10
    spoken = spoken_text(FaqEntry("A", "質問", answer))
    assert len(spoken) <= MAX_SPOKEN_CHARS
    assert spoken.endswith("します。")


def test_other_languages_are_spoken_in_whole_sentences() -> None:
    entry = FaqEntry(
        "A",
        "Q?",
        "Go to the counter (city hall). See https://example.com/x for more. " + "Bring your card. " * 20,
        lang="en",
    )
    spoken = spoken_text(entry)
    assert spoken.startswith("Go to the counter. See our website for more. Bring your card.")
    assert "http" not in spoken
    assert len(spoken) <= MAX_SPOKEN_CHARS
    assert spoken.endswith(".")


PIECES = st.lists(
    st.sampled_from(["窓口", "。", "、", "（本人）", "（", "）", "「", "」", "https://a.example/?x=1", "www.b.jp", "\n", "e-Tax", "です", "？", "・", "①", "[", "]", " "]),
    max_size=30,
).map("".join)  # fmt: skip


@given(PIECES, st.sampled_from(LANGUAGES))
def test_nothing_unspeakable_is_spoken(answer: str, lang: str) -> None:
    spoken = spoken_text(FaqEntry("A", "質問", answer, lang=lang))
    assert not re.search(r"https?:|www\.|[（）()「」\[\]{}【】\n]", spoken)
    if lang == "ja":
        assert spoken == "" or spoken[-1] in "。？"
        assert not re.search("[。、][。、]", spoken)


# --- hand-over

PROFILE = load_profile("mihon")


@pytest.mark.parametrize("reason", get_args(HandoffReason))
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_names_somebody(reason: HandoffReason, lang: str) -> None:
    handoff = Handovers(PROFILE).handoff(reason, "困っています", lang)
    assert handoff.reason == reason
    assert handoff.department
    assert handoff.phone
    assert handoff.message


def test_another_department_is_found_by_its_matter() -> None:
    department = next(d for d in PROFILE.departments if d.phone and d.topics)
    handoff = Handovers(PROFILE).handoff("other_department", f"{department.topics[0]}について聞きたい", "ja")
    assert (handoff.department, handoff.phone) == (department.name, department.phone)
    assert department.phone in handoff.message


def test_a_referral_faq_names_its_own_department_in_its_own_words() -> None:
    entry = FaqEntry("R", "ごみの日は", "清掃課へお電話ください。", referral=Referral("清掃課", "042-000-0000"))
    handoff = Handovers(PROFILE).handoff("other_department", "ごみの日", "ja", entry)
    assert (handoff.department, handoff.phone, handoff.message) == (
        "清掃課",
        "042-000-0000",
        "清掃課へお電話ください。",
    )


def test_the_office_the_words_name_comes_before_the_first_one_of_a_referral_that_names_both() -> None:
    entry = FaqEntry("R", "年金は", "加入は保険年金課、額は年金事務所へ。", referral=Referral("保険年金課", "1"))
    handovers = Handovers(PROFILE)
    assert handovers.handoff("other_department", "年金の振込額が減った", "ja", entry).department == "年金事務所"
    assert handovers.handoff("other_department", "国民年金の免除", "ja", entry).department == "保険年金課"
    assert handovers.handoff("other_department", "年金の振込額が減った", "ja", entry).message == entry.answer


@pytest.mark.parametrize(
    ("said", "body"),
    [
        ("キャッシュカードの番号を忘れた", "銀行"),
        ("取引先の法人番号を調べたい", "国税庁"),
        ("スイカをなくした", "鉄道"),
    ],
)
def test_other_bodies_are_named_in_general_words(said: str, body: str) -> None:
    handovers = Handovers(PROFILE)
    assert handovers.knows_another_body(said)
    handoff = handovers.handoff("other_department", said, "ja")
    assert body in handoff.department
    assert handoff.department in handoff.message
    assert not handoff.phone


def test_our_own_offices_are_no_other_body() -> None:
    assert not Handovers(PROFILE).knows_another_body("住民票がほしい")
    assert not Handovers(PROFILE).knows_another_body("カードをなくした")


def test_after_harm_one_hears_at_once_what_to_do() -> None:
    handoff = Handovers(PROFILE).handoff("individual_case", "だまされました", "ja", harm_done=True)
    stop = next(d for d in PROFILE.departments if "一時停止" in d.topics)
    assert handoff.department in handoff.message
    assert stop.phone in handoff.message
    assert "110番" in handoff.message
    assert "{" not in handoff.message


def test_a_life_in_danger_gets_the_emergency_number() -> None:
    handoff = Handovers(PROFILE).handoff("emergency", "倒れました", "ja")
    assert "119" in handoff.message
