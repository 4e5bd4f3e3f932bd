"""The one use case over a scripted search: every action, in every language, verbatim and cited."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.answering.answerer import Answerer, AnswererParts
from knowledge.answering.confidence import AnswerCalibration, answer_features, load_answer_calibration
from knowledge.answering.conversation import Reread, Talk
from knowledge.answering.followup import FollowUps
from knowledge.answering.handover import Handovers
from knowledge.answering.policy import Thresholds
from knowledge.answering.unsaid import Unsaid
from knowledge.clock import FixedClock
from knowledge.domain import (
    LANGUAGES,
    Channel,
    ClarifyOption,
    FaqEntry,
    Hit,
    Question,
    Referral,
    SearchQuery,
    SearchResult,
)
from knowledge.errors import Unavailable
from knowledge.privacy.redacted import RedactedText
from knowledge.privacy.redactor import RuleRedactor
from knowledge.profile import load_profile
from knowledge.settings import AnswerSettings
from tests.fakes import small_city

THRESHOLDS = Thresholds(0.6, 0.4, {"": 0.5, "cue": 0.05}, sure_at=0.6)
CALIBRATION = AnswerCalibration({"intercept": 0.0, "share": 1.0}, THRESHOLDS, 0.6, 0.4)
HANDOVERS = Handovers(load_profile("mihon"))


def entry(faq_id: str, lang: str = "ja", **changed: Any) -> FaqEntry:
    made = FaqEntry(
        faq_id, f"{faq_id}の手続きはどうしますか。", f"{faq_id}の答えです。\n二行目（注）。", version=3, status="published",
        evidence="手引き", url="https://www.example.lg.jp/", department="市民課", lang=lang,
    )  # fmt: skip
    return replace(made, **changed)


class ScriptedSearch:
    """Finds the given (entry, confidence) pairs whatever is asked; notes the queries."""

    def __init__(self, *found: tuple[FaqEntry, float]) -> None:
        self.found = found
        self.queries: list[SearchQuery] = []

    def search(self, query: SearchQuery) -> SearchResult:
        self.queries.append(query)
        hits = tuple(Hit(e, c, c) for e, c in self.found if e.lang == query.lang)
        logit = {"share": _logit(hits[0].confidence)} if hits else {}
        return SearchResult(hits, evidence=logit)

    def entry(self, faq_id: str, lang: str, channel: Channel) -> FaqEntry | None:
        return next((e for e, _ in self.found if e.key == (faq_id, lang)), None)

    def refresh(self, keys: Sequence[tuple[str, str]] | None = None) -> None: ...

    def neighbours(self, faq_id: str, limit: int = 5) -> list[tuple[str, float]]:
        return []

    def ready(self) -> bool:
        return True


def _logit(p: float) -> float:
    import math

    return math.log(p / (1 - p))


class Judged:
    def __init__(self, **probabilities: float) -> None:
        self._probabilities = probabilities

    def probabilities(self, text: str) -> dict[str, float]:
        return dict(self._probabilities)


CLOCK = FixedClock(datetime(2026, 11, 20, tzinfo=UTC))


def answerer(*found: tuple[FaqEntry, float], settings: AnswerSettings | None = None, **judged: float) -> Answerer:
    parts = AnswererParts(ScriptedSearch(*found), HANDOVERS, CLOCK, settings or AnswerSettings())
    return Answerer(parts, Judged(**judged) if judged else None, CALIBRATION)


def question(text: str = "手続きは", **changed: Any) -> Question:
    return replace(Question(RedactedText(text), "web"), **changed)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_answers_verbatim_with_citation(lang: str) -> None:
    sure = entry("A", lang)
    answer = answerer((sure, 0.9), (entry("B", lang), 0.05)).answer(question(lang=lang))
    assert answer.action == "answer"
    assert answer.answer is not None
    assert answer.answer.text == sure.answer
    assert answer.answer.question == sure.question
    assert answer.answer.lang == answer.lang == lang
    [citation] = answer.answer.citations
    assert (citation.faq_id, citation.version, citation.evidence, citation.url) == ("A", 3, "手引き", sure.url)
    assert "（" not in answer.answer.spoken_text
    assert answer.confidence == pytest.approx(0.9)
    assert [h.entry.faq_id for h in answer.candidates] == ["A", "B"]
    assert answer.answer_id
    assert answer.took_ms > 0
    assert set(answer.trace) == {"search", "decide"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_asks_back_when_two_are_close(lang: str) -> None:
    answer = answerer((entry("A", lang), 0.45), (entry("B", lang), 0.4)).answer(question(lang=lang))
    assert answer.action == "clarify"
    assert answer.clarify is not None
    assert [o.faq_id for o in answer.clarify.options] == ["A", "B"]
    assert answer.answer is None
    assert answer.handoff is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_hands_over_when_nothing_fits(lang: str) -> None:
    answer = answerer((entry("A", lang), 0.1)).answer(question(lang=lang))
    assert answer.action == "handoff"
    assert answer.handoff is not None
    assert answer.handoff.reason == ("low_confidence" if lang == "ja" else "language")
    assert answer.handoff.phone in answer.handoff.message


@pytest.mark.parametrize("lang", LANGUAGES)
def test_refuses_numbers_that_must_not_be_told(lang: str) -> None:
    answer = answerer((entry("A", lang), 0.9)).answer(question(lang=lang, had_personal_data=frozenset({"my_number"})))
    assert answer.action == "refuse"
    assert answer.message
    assert answer.answer is None


def test_other_languages_never_get_a_japanese_answer() -> None:
    for lang in LANGUAGES[1:]:
        answer = answerer((entry("A"), 0.9)).answer(question(lang=lang))
        assert answer.action == "handoff"
        assert not answer.candidates


@pytest.mark.parametrize(
    ("judged", "action", "reason"),
    [
        ({"in_scope": 1.0}, "answer", None),
        ({"asked_for_person": 0.9}, "handoff", "asked_for_person"),
        ({"complaint": 0.9}, "handoff", "complaint"),
        ({"individual_case": 0.9}, "handoff", "individual_case"),
        ({"other_city": 0.9}, "handoff", "other_city"),
        ({"other_department": 0.9}, "handoff", "other_department"),
        ({"emergency": 0.9}, "handoff", "emergency"),
        ({"injection": 0.9}, "refuse", None),
        ({"personal_data": 0.9}, "refuse", None),
    ],
)
def test_intents_decide(judged: dict[str, Any], action: str, reason: str | None) -> None:
    answer = answerer((entry("A"), 0.9), **judged).answer(question())
    assert answer.action == action
    assert (answer.handoff.reason if answer.handoff else None) == reason


def test_a_question_back_offers_neither_the_far_behind_nor_another_office() -> None:
    elsewhere = replace(entry("B"), referral=Referral("税務課", "00-0000-0001"))
    asked = answerer((entry("A"), 0.45), (elsewhere, 0.2), (entry("C"), 0.1)).answer(question()).clarify
    assert asked is not None
    assert [o.faq_id for o in asked.options] == ["A", "C"]
    asked = answerer((entry("A"), 0.45), (entry("B"), 0.2), (entry("C"), 0.01)).answer(question()).clarify
    assert asked is not None
    assert [o.faq_id for o in asked.options] == ["A", "B"]


def test_cues_work_before_anything_is_learnt_and_in_any_language() -> None:
    for text, lang, reason in (("救急車を呼んで", "ja", "emergency"), ("I want to die", "en", "distress")):
        answer = answerer((entry("A", lang), 0.9)).answer(question(text, lang=lang))
        assert answer.handoff is not None
        assert answer.handoff.reason == reason
    asked = answerer((entry("A"), 0.9)).answer(question("暗証番号の設定を忘れました"))
    assert asked.action == "answer"


def test_a_referral_sends_to_its_department() -> None:
    away = entry("R", referral=Referral("清掃課", "042-000-0000"))
    answer = answerer((away, 0.9)).answer(question())
    assert answer.action == "handoff"
    assert answer.handoff is not None
    assert (answer.handoff.department, answer.handoff.message) == ("清掃課", away.answer)
    assert answer.confidence == 0.0
    among = answerer((away, 0.9), (entry("A"), 0.07)).answer(question())
    assert (among.action, round(among.confidence, 2)) == ("handoff", 0.07)


def test_a_referral_far_from_the_question_names_no_office() -> None:
    away = entry("R", referral=Referral("清掃課", "042-000-0000"))
    near, far = (answerer((away, share), other_department=0.9).answer(question()).handoff for share in (0.1, 0.09))
    assert near is not None
    assert far is not None
    assert (near.department, near.message) == ("清掃課", away.answer)
    assert far.department != "清掃課"
    assert far.message != away.answer


def test_a_referral_is_spoken_as_its_spoken_text() -> None:
    away = entry("R", referral=Referral("清掃課", "042-000-0000"), answer_voice="ごみは清掃課へどうぞ。")
    handoff = answerer((away, 0.9)).answer(question()).handoff
    assert handoff is not None
    assert handoff.message == away.answer
    assert handoff.spoken == "ごみは清掃課へどうぞ。"


def test_an_option_picked_is_answered_at_once_and_only_once() -> None:
    found = (entry("A", question="受け取りはどうしますか。"), 0.45), (entry("B", question="更新はどうしますか。"), 0.4)
    talk = answerer(*found)
    assert talk.answer(question(conversation_id="c")).action == "clarify"
    picked = talk.answer(question("2番目です", conversation_id="c"))
    assert picked.action == "answer"
    assert picked.answer is not None
    assert picked.answer.faq_id == "B"
    assert picked.reason == "option_chosen"
    assert talk.answer(question("2番目です", conversation_id="c")).action == "clarify"
    assert talk.answer(question("2番目です", conversation_id="other")).action == "clarify"


def test_an_option_withdrawn_meanwhile_is_not_answered() -> None:
    search = ScriptedSearch((entry("A"), 0.45), (entry("B"), 0.4))
    talk = Answerer(AnswererParts(search, HANDOVERS, CLOCK, AnswerSettings()), None, CALIBRATION)
    talk.answer(question(conversation_id="c"))
    search.found = ((entry("A"), 0.3),)
    assert talk.answer(question("2", conversation_id="c")).action == "handoff"


def test_an_option_is_forgotten_after_a_while() -> None:
    clock = FixedClock(datetime(2026, 11, 20, tzinfo=UTC))
    search = ScriptedSearch((entry("A"), 0.45), (entry("B"), 0.4))
    talk = Answerer(AnswererParts(search, HANDOVERS, clock, AnswerSettings()), None, CALIBRATION)
    talk.answer(question(conversation_id="c"))
    clock.advance(timedelta(hours=1))
    assert talk.answer(question("2", conversation_id="c")).action == "clarify"


def test_settings_move_the_thresholds() -> None:
    found = (entry("A"), 0.7)
    assert answerer(found).answer(question()).action == "answer"
    strict = AnswerSettings(answer_at=0.8, clarify_at=0.9)
    assert answerer(found, settings=strict).answer(question()).action == "handoff"
    everything = AnswerSettings(answer_at=0.0, clarify_at=0.0)
    assert answerer(settings=everything).answer(question()).action == "handoff"


def test_a_badly_heard_question_is_confirmed() -> None:
    found = (entry("A"), 0.7), (entry("B"), 0.2)
    assert answerer(*found).answer(question(asr_confidence=0.9)).action == "answer"
    assert answerer(*found).answer(question(asr_confidence=0.2)).action == "clarify"


def test_the_question_goes_to_search_as_it_is() -> None:
    search = ScriptedSearch((entry("A"), 0.9))
    Answerer(AnswererParts(search, HANDOVERS, CLOCK, AnswerSettings()), None, CALIBRATION).answer(
        question("手続き", channel="voice")
    )
    assert (search.queries[0].text, search.queries[0].lang, search.queries[0].channel) == ("手続き", "ja", "voice")


def test_search_that_is_not_ready_says_so() -> None:
    class Closed(ScriptedSearch):
        def search(self, query: SearchQuery) -> SearchResult:
            raise Unavailable("準備中です。")

    with pytest.raises(Unavailable):
        Answerer(AnswererParts(Closed(), HANDOVERS, CLOCK, AnswerSettings()), None, CALIBRATION).answer(question())


@given(
    st.text(st.characters(), max_size=200),
    st.sampled_from([*LANGUAGES, "xx", ""]),
    st.lists(st.floats(0.01, 0.99), max_size=4),
    st.none() | st.floats(0, 1),
)
def test_exactly_the_part_named_by_the_action_is_set(
    text: str, lang: str, confidences: list[float], heard: float | None
) -> None:
    found = [(entry(f"F{n}", lang), c) for n, c in enumerate(sorted(confidences, reverse=True))]
    answer = answerer(*found).answer(question(text, lang=lang, asr_confidence=heard, conversation_id="c"))
    parts = {"answer": answer.answer, "clarify": answer.clarify, "handoff": answer.handoff, "refuse": answer.message}
    assert [name for name, part in parts.items() if part] == [answer.action]
    assert 0 <= answer.confidence <= 1
    assert answer.reason


def test_shipped_calibration_is_usable() -> None:
    calibration = load_answer_calibration()
    t = calibration.thresholds
    assert 0 < t.clarify_at <= t.answer_at < 1
    assert 0 < calibration.foreign_answer_at < 1
    assert "" in t.intent_at
    assert "cue" in t.intent_at
    assert calibration.confidence({}, {}, 0.0) == 0.0


@given(st.floats(0, 1))
def test_scope_enters_as_bounded_log_odds(scope: float) -> None:
    assert -6 <= answer_features({"share": 1.0}, {"in_scope": scope})["scope"] <= 6


WORDING = {"wording": 1.0}


def test_a_question_of_ours_raises_nothing_before_the_search_has_learnt() -> None:
    calibration = AnswerCalibration({"intercept": -3.0, "wording": 2.0, "scope": 1.0}, THRESHOLDS, 0.6, 0.4)
    ours, not_ours = {"in_scope": 0.99}, {"in_scope": 0.01}
    assert calibration.confidence(WORDING, ours, 0.5) > 0.9
    assert calibration.confidence(WORDING, ours, 0.5, learnt=False) < 0.3
    same = [calibration.confidence(WORDING, not_ours, 0.5, learnt=learnt) for learnt in (True, False)]
    assert same[0] == same[1]


def test_an_faq_without_wordings_has_coefficients_of_its_own() -> None:
    calibration = AnswerCalibration({"intercept": 9.0}, THRESHOLDS, 0.6, 0.4, bare={"intercept": 0.0, "matched": 1.0})
    assert calibration.confidence({"share": 0.0}, {}, 0.3, [0], bare=True) == 0.5
    assert calibration.confidence({"share": 0.0}, {}, 0.3, [3], bare=True) == pytest.approx(0.8)
    assert calibration.confidence(WORDING, {}, 0.3, [0]) > 0.99
    assert calibration.confidence({"share": 0.0}, {"in_scope": 0.5}, 0.3) == pytest.approx(0.15)
    assert replace(calibration, bare={}).confidence({"share": 0.0}, {"in_scope": 0.5}, 0.3, bare=True) < 0.2


def test_in_another_language_a_good_match_outweighs_all_but_a_sure_attack() -> None:
    calibration = replace(CALIBRATION, foreign_sure_at=0.8)
    parts = AnswererParts(
        ScriptedSearch((entry("A"), 0.9), (entry("A", "en"), 0.9)), HANDOVERS, CLOCK, AnswerSettings()
    )
    for lang, injection, action in (("ja", 0.7, "refuse"), ("en", 0.7, "answer"), ("en", 0.9, "refuse")):
        asked = Answerer(parts, Judged(injection=injection), calibration).answer(question("x", lang=lang))
        assert asked.action == action


@pytest.mark.parametrize("learnt", [True, False])
def test_the_answerer_asks_whether_the_search_has_learnt(learnt: bool) -> None:
    class WithWordings(ScriptedSearch):
        def search(self, query: SearchQuery) -> SearchResult:
            return replace(super().search(query), evidence=WORDING)

    parts = AnswererParts(WithWordings((entry("A"), 0.9)), HANDOVERS, CLOCK, AnswerSettings(), learnt=lambda: learnt)
    calibration = AnswerCalibration({"intercept": -3.0, "wording": 2.0, "scope": 1.0}, THRESHOLDS, 0.6, 0.4)
    answer = Answerer(parts, Judged(in_scope=0.99), calibration).answer(question())
    assert (answer.action == "answer") is learnt


def test_words_in_common_count_by_their_lead_over_the_next_two() -> None:
    features = [answer_features({}, {}, matched) for matched in ((), (4,), (4, 2, 3, 9), (4, 5, 0), (30, 0, 0))]
    assert [f["lead"] for f in features] == [0, 4, 1, -1, 5]
    assert features[0]["matched"] == 0 < features[1]["matched"] == features[2]["matched"]


@given(st.floats(0, 1))
def test_doubts_are_bounded_logarithms(doubt: float) -> None:
    features = answer_features({}, {"complaint": doubt})
    assert -6 <= features["doubt:complaint"] <= 0
    assert -6 < features["doubt:not_covered"] < -3


class Carrying:
    """Reads every follow-up as one given question, by rule or by model."""

    def __init__(self, rule: str | None = None, model: str | None = None) -> None:
        self._rule, self._model = rule, model
        self.asked_model = 0

    def in_full(self, utterance: RedactedText) -> Reread | None:
        return None

    def by_rule(self, utterance: RedactedText, talk: Talk) -> Reread | None:
        return Reread(RedactedText(self._rule), ("代理人",)) if self._rule and talk.topic else None

    def by_model(self, utterance: RedactedText, talk: Talk) -> Reread | None:
        self.asked_model += 1
        return Reread(RedactedText(self._model)) if self._model and talk.topic else None


def carrying(search: ScriptedSearch, rewriting: Carrying) -> Answerer:
    parts = AnswererParts(search, HANDOVERS, CLOCK, AnswerSettings(), rewriting=rewriting)
    return Answerer(parts, None, CALIBRATION)


def test_a_follow_up_is_searched_as_it_was_meant_and_says_so() -> None:
    search = ScriptedSearch((entry("A", answer="代理人も手続きできます。"), 0.99))
    talk = carrying(search, Carrying(rule="カードの更新 代理人の場合は"))
    assert talk.answer(question(conversation_id="c")).read_as == ""
    again = talk.answer(question("じゃあ代理人は", conversation_id="c"))
    assert (again.action, again.read_as) == ("answer", "カードの更新 代理人の場合は")
    assert search.queries[-1].text == "カードの更新 代理人の場合は"


def test_a_follow_up_after_an_option_chosen_by_key_keeps_its_topic() -> None:
    class Rules(Carrying):
        def in_full(self, utterance: RedactedText) -> Reread | None:
            return None

        def by_rule(self, utterance: RedactedText, talk: Talk) -> Reread | None:
            return FollowUps(small_city.tokenizer(), RuleRedactor()).standalone(utterance, talk)

    found = (entry("A", question="署名用電子証明書の暗証番号を変更する方法を教えてください。"), 0.45), (
        entry("B", question="暗証番号のロックを解除する方法を教えてください。"), 0.4)  # fmt: skip
    talk = carrying(ScriptedSearch(*found), Rules())
    voice = question(conversation_id="c", channel="voice")
    assert talk.answer(voice).action == "clarify"
    again = talk.answer(replace(voice, text=RedactedText("じゃあ代理人の場合は？"), told="B"))
    assert "ロック" in again.read_as
    assert "代理人の場合" in again.read_as
    for back in (replace(voice, told="B"), replace(voice, told="A")):
        assert talk.answer(back).action == "clarify"
    settled = talk.answer(replace(voice, text=RedactedText("2"), told="B"))
    assert settled.reason != "option_chosen", "what was asked back before the choice is over"


def test_the_model_is_asked_only_about_words_that_led_to_nothing() -> None:
    rewriting = Carrying(model="カードの更新はいつから")
    sure = carrying(ScriptedSearch((entry("A"), 0.99)), rewriting)
    sure.answer(question(conversation_id="c"))
    sure.answer(question("別の確かな質問", conversation_id="c"))
    assert rewriting.asked_model == 0
    unsure = carrying(ScriptedSearch((entry("A"), 0.01)), rewriting)
    unsure.answer(question(conversation_id="c"))
    assert rewriting.asked_model == 1
    unsure.answer(question(conversation_id="c", channel="voice"))
    assert rewriting.asked_model == 1


def test_what_was_just_said_is_not_repeated_when_it_does_not_speak_of_what_is_asked() -> None:
    search = ScriptedSearch((entry("A"), 0.9), (entry("B"), 0.05), (entry("C"), 0.04))
    talk = carrying(search, Carrying(rule="カードの更新 代理人の場合は"))
    talk.answer(question(conversation_id="c"))
    again = talk.answer(question("じゃあ代理人は", conversation_id="c"))
    assert (again.action, again.reason) == ("clarify", "said_before")
    assert again.clarify is not None
    assert [option.faq_id for option in again.clarify.options] == ["B", "C"]


def test_danger_wins_over_the_surest_faq() -> None:
    answer = answerer((entry("A"), 0.99), in_scope=0.99).answer(
        question("父が倒れて意識がないんです、カードを見せたら")
    )
    assert (answer.action, answer.reason) == ("handoff", "emergency")
    assert answer.handoff is not None
    assert "119" in answer.handoff.message


def test_harm_done_goes_to_a_person_who_sees_the_faq() -> None:
    told = question("市の職員を名乗る電話に暗証番号を言ってしまいました")
    answer = answerer((entry("A"), 0.99), in_scope=0.99).answer(told)
    assert (answer.action, answer.reason) == ("handoff", "harm_done")
    assert answer.handoff is not None
    assert answer.handoff.reason == "individual_case"
    assert [h.entry.faq_id for h in answer.candidates] == ["A"]


def test_the_faq_for_such_harm_is_told_before_the_person() -> None:
    told = question("市の職員を名乗る電話に暗証番号を言ってしまいました")
    meant = entry("A", question="電話で番号を教えてしまいました", answer_voice="すぐに暗証番号を変えてください。")
    answer = answerer((meant, 0.9), in_scope=0.99).answer(told)
    assert answer.handoff is not None
    assert answer.handoff.message.startswith(meant.answer)
    assert answer.handoff.phone in answer.handoff.message
    assert answer.handoff.spoken.startswith(meant.answer_voice)
    assert answer.handoff.phone not in answer.handoff.spoken  # the number the caller is on
    unsure = answerer((meant, 0.3), in_scope=0.99).answer(told)
    assert unsure.handoff is not None
    assert meant.answer not in unsure.handoff.message


def test_a_lost_card_is_stopped_without_a_question_back() -> None:
    facets = (("thing", "カード"), ("state", "紛失"), ("procedure", "一時停止"))
    found = ((entry("A", facets=facets), 0.4), (entry("B"), 0.3))
    assert answerer(*found).answer(question("財布ごと盗まれました")).action == "answer"
    unsure = ((entry("A", facets=facets), 0.14), (entry("B"), 0.1))
    for told in ("カードなくしちゃったんやけど", "カードなくしました", "カードを無くしたんですけど"):
        assert answerer(*unsure).answer(question(told)).action == "answer"
    assert answerer(*found).answer(question("財布ごと盗まれたらどうなりますか")).action == "clarify"


class OneMatter:
    def main(self, channel: Channel) -> Sequence[ClarifyOption]:
        return (ClarifyOption("受け取り", "M"),)

    def has(self, noun: str) -> bool:
        return noun == "暗証番号"

    def is_thing(self, noun: str) -> bool:
        return noun == "暗証番号"


def test_a_person_alone_is_asked_what_for_whatever_a_label_says() -> None:
    parts = AnswererParts(ScriptedSearch((entry("A"), 0.9)), HANDOVERS, CLOCK, AnswerSettings(), matters=OneMatter())
    answer = Answerer(parts, Judged(other_department=0.9, in_scope=0.1), CALIBRATION).answer(question("母の件で"))
    assert answer.clarify is not None
    assert [o.faq_id for o in answer.clarify.options] == ["M"]


def test_what_is_not_ours_goes_to_the_body_its_words_name() -> None:
    lost = question("キャッシュカードの番号を忘れた")
    answer = answerer((entry("A"), 0.1), in_scope=0.1, not_covered=0.9).answer(lost)
    assert answer.handoff is not None
    assert answer.handoff.reason == "other_department"
    assert "銀行" in answer.handoff.department


def test_who_still_has_the_card_is_not_told_to_stop_it_first() -> None:
    stops = entry(
        "A", facets=(("procedure", "一時停止"),), question="夫の暴力から逃げています。住所を知られたくないです"
    )
    answer = answerer((stops, 0.9), in_scope=0.99).answer(question(stops.question))
    assert (answer.action, answer.reason) == ("handoff", "harm_done")
    assert answer.handoff is not None
    assert stops.answer.splitlines()[0] not in answer.handoff.message
    assert answer.handoff.urgent


class Leaning(Carrying):
    """Reads every follow-up as its rule says, and what was said as the words themselves."""

    def by_rule(self, utterance: RedactedText, talk: Talk) -> Reread | None:
        read = super().by_rule(utterance, talk)
        return read and replace(read, said=utterance)


def test_a_follow_up_is_looked_for_in_the_matter_of_the_last_answer() -> None:
    search = ScriptedSearch((entry("A"), 0.9), (entry("B"), 0.05))
    talk = carrying(search, Leaning(rule="カードの更新 代理人の場合は"))
    talk.answer(question(conversation_id="c"))
    del search.queries[:]
    again = talk.answer(question("じゃあ代理人は", conversation_id="c"))
    near = [(query.text, query.without) for query in search.queries if query.near == "A"]
    assert ("カードの更新 代理人の場合は", "A") in near, "the last answer says nothing of 代理人"
    assert again.read_as == "カードの更新 代理人の場合は"


def test_words_that_lead_to_nothing_as_a_follow_up_are_asked_about_as_they_stand() -> None:
    class OnlyOutside(ScriptedSearch):
        def search(self, query: SearchQuery) -> SearchResult:
            found = super().search(query)
            if not query.near:
                return found
            unlikely = tuple(replace(hit, confidence=0.01) for hit in found.hits[1:])
            return replace(found, hits=unlikely, evidence={"share": _logit(0.01)})

    search = OnlyOutside((entry("A"), 0.7), (entry("B"), 0.2))
    talk = carrying(search, Leaning(rule="カードの更新 代理人の場合は"))
    talk.answer(question(conversation_id="c"))
    again = talk.answer(question("じゃあ代理人は", conversation_id="c"))
    assert (again.action, again.read_as) == ("clarify", "")


class LeavesUnsaid(Unsaid):
    """Says that of every question the same is left unsaid."""

    def __init__(self, much: float) -> None:
        self._much = much

    def judges(self, hits: Sequence[Hit]) -> bool:
        return True

    def of(self, hits: Sequence[Hit]) -> float:
        return self._much


@pytest.mark.parametrize(("unsaid", "action"), [(0.0, "answer"), (4.0, "clarify")])
def test_what_is_left_unsaid_is_asked_for(unsaid: float, action: str) -> None:
    search = ScriptedSearch((entry("A"), 0.85), (entry("B"), 0.1))
    parts = AnswererParts(search, HANDOVERS, CLOCK, AnswerSettings(), unsaid=LeavesUnsaid(unsaid))
    calibration = replace(CALIBRATION, raised_by=0.4, unsaid_weight=0.5)
    answer = Answerer(parts, None, calibration).answer(question())
    assert answer.action == action
    assert answer.confidence == answer.candidates[0].confidence
    assert (answer.confidence > 0.85) == (action == "answer")
