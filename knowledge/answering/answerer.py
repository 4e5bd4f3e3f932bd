"""The one use case: a question comes in, an approved answer, a question back, a hand-over or a refusal goes out."""

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol

from knowledge.answering import policy
from knowledge.answering.bare_topic import bare_noun, names_no_matter, names_nothing
from knowledge.answering.clarify import MAX_OPTIONS, clarify, open_question
from knowledge.answering.confidence import AnswerCalibration, load_answer_calibration
from knowledge.answering.continuing import (
    OTHER_MATTER_AT,
    Continued,
    leaning,
    other_matter,
    said_before,
    standing_alone,
)
from knowledge.answering.conversation import Conversations, Reread, Talk
from knowledge.answering.cues import find_cues, find_plain
from knowledge.answering.curt import mostly_asked_of, mostly_meant
from knowledge.answering.foreign import Foreign
from knowledge.answering.foreign_cues import find_foreign_cues
from knowledge.answering.foreign_topics import names_other_topic
from knowledge.answering.handover import Handovers, knows_the_office
from knowledge.answering.harm import tells_of_harm
from knowledge.answering.other_city import OtherCities
from knowledge.answering.other_thing import OtherThings
from knowledge.answering.spoken import spoken_text
from knowledge.answering.suggesting import suggested
from knowledge.answering.topics import stops_a_lost_card, topic_of
from knowledge.answering.unsaid import Unsaid
from knowledge.domain import (
    Answer,
    ApprovedAnswer,
    Channel,
    Citation,
    Clarify,
    ClarifyOption,
    FaqEntry,
    Hit,
    Question,
    SearchQuery,
    SearchResult,
)
from knowledge.ports import Clock, Searcher
from knowledge.privacy.redacted import RedactedText
from knowledge.settings import AnswerSettings
from knowledge.text.fillers import without_fillers
from knowledge.text.normalise import normalise

CANDIDATES = 3
_FAR_BEHIND = 0.1
"""Share of the best candidate's probability below which the third one is no help in a question back."""
_UNSURE = frozenset({"low_confidence", "close_candidates"})
_NOT_IN_THIS_LANGUAGE = frozenset({"no_translation", "close_candidates"})
"""Why a foreign question went unanswered when only the language stood in the way."""
CONSIDERED = 5
"""FAQ that are found for a question."""
_PROBABLY_NOT_OURS = 0.5
"""Below this probability of being ours, an unanswered question goes to the body its words name."""


class Intents(Protocol):
    def probabilities(self, text: str) -> Mapping[str, float]: ...


class Matters(Protocol):
    """What people mostly ask about, for those who have not said what they want."""

    def main(self, channel: Channel) -> Sequence[ClarifyOption]: ...

    def has(self, noun: str) -> bool:
        """Whether the FAQ call one of their matters so."""
        ...

    def is_thing(self, noun: str) -> bool:
        """Whether they call a thing so (暗証番号), and not what one does with it (更新)."""
        ...


class Rewriting(Protocol):
    """Makes a follow-up stand alone; None when it does already, or when no way is known."""

    def by_rule(self, utterance: RedactedText, talk: Talk) -> Reread | None: ...

    def in_full(self, utterance: RedactedText) -> Reread | None:
        """What short words mean that can mean but one thing here, whatever was said before; None for all others."""
        ...

    def by_model(self, utterance: RedactedText, talk: Talk) -> Reread | None:
        """Takes as long as a language model takes: only for words that led to nothing as they stand."""
        ...


class Wording(Protocol):
    def added(self, answer: Answer, question: Question) -> Answer:
        """The answer, with a checked generated wording beside the approved text where the city wants one."""
        ...


@dataclass(frozen=True, slots=True)
class AnswererParts:
    searcher: Searcher
    handovers: Handovers
    clock: Clock
    settings: AnswerSettings
    other_cities: OtherCities | None = None
    other_things: OtherThings | None = None
    matters: Matters | None = None
    rewriting: Rewriting | None = None
    foreign: Foreign | None = None
    wording: Wording | None = None
    approved_on: Callable[[str, int, str], date | None] | None = None
    """The day on which a version (faq_id, version, lang) was published."""
    unsaid: Unsaid | None = None
    learnt: Callable[[], bool] = lambda: True
    """Whether the search has learnt from some FAQ; the calibration was fitted where it had."""


class Answerer:
    """Implements knowledge.ports.Answering. `intents` may be replaced while serving (new examples, new FAQ)."""

    def __init__(
        self, parts: AnswererParts, intents: Intents | None = None, calibration: AnswerCalibration | None = None
    ) -> None:
        self._parts = parts
        self.intents = intents
        self._calibration = calibration or load_answer_calibration()
        self._thresholds = _with_settings(self._calibration.thresholds, parts.settings)
        self._conversations = Conversations()

    def over(self, searcher: Searcher, settings: AnswerSettings | None = None) -> "Answerer":
        """The same answering on another searcher: what an edit or a changed threshold would do."""
        parts = replace(self._parts, searcher=searcher, settings=settings or self._parts.settings, wording=None)
        return Answerer(parts, self.intents, self._calibration)

    def complaint_odds(self, text: str) -> float:
        """How likely redacted Japanese words are a complaint, 0 to 1; 0 where no model of intents has been learnt."""
        return self.intents.probabilities(text).get("complaint", 0.0) if self.intents else 0.0

    def foreseen(self, question: Question) -> SearchQuery | None:
        """What will be searched for this question, for those who let several be searched at once; None where that
        depends on what was said before."""
        talk = self._talk(question)
        return None if talk is not None and talk.said else _query_of(question)

    def answer(self, question: Question) -> Answer:
        """Never raises for any text; raises Unavailable when search is not ready."""
        started = time.perf_counter()
        self._catch_up(question)
        chosen = self._chosen(question)
        if chosen is not None:
            return self._finished(question, self._verbatim(chosen, question, 1.0, "option_chosen"), started)
        talk = self._talk(question)
        read = self._leaning(question, talk)
        if read is None and self._parts.rewriting and question.lang == "ja":
            read = self._parts.rewriting.in_full(question.text)
        answer = self._answered(question, read, talk)
        if read is not None and read.said is not None and talk is not None and answer.reason == "low_confidence":
            answer = self._asked_instead(question, talk) or answer
        if (
            read is None and answer.reason in _UNSURE and question.channel != "voice"
        ):  # nobody waits for it on the phone
            read = self._parts.rewriting.by_model(question.text, talk) if self._parts.rewriting and talk else None
            answer = self._answered(question, read, talk) if read is not None else answer
        if question.lang != "ja" and answer.reason in _NOT_IN_THIS_LANGUAGE:
            answer = self._by_way_of_japanese(question) or answer
        if self._parts.wording is not None:
            whole = question if read is None else replace(question, text=read.text)
            answer = self._parts.wording.added(answer, whole)
        return self._finished(question, answer, started)

    def _talk(self, question: Question) -> Talk | None:
        """What the conversation is about; None where nothing can be carried over from it."""
        if not question.conversation_id or question.lang != "ja":
            return None
        return self._conversations.talk(question.conversation_id, self._parts.clock.now())

    def _answered(self, question: Question, read: Reread | None = None, talk: Talk | None = None) -> Answer:
        started = time.perf_counter()
        question = question if read is None else replace(question, text=read.text)
        going_on = self._found(question, read, talk)
        found = going_on.found
        searched = time.perf_counter()
        signals, decision = self._judged(question, found)
        if decision.action == "answer" and not going_on.sure:
            decision = policy.Decision("clarify", "close_candidates")
        if read is not None and talk is not None and decision.action == "answer" and said_before(found, read, talk):
            found, decision = replace(found, hits=found.hits[1:]), policy.Decision("clarify", "said_before")
            signals = replace(signals, confidences=signals.confidences[1:], said=None)
        answer = self._compose(question, found, signals, decision)
        trace = {"search": (searched - started) * 1e3, "decide": (time.perf_counter() - searched) * 1e3}
        return replace(answer, trace=trace, read_as=read.text if read is not None else "")

    def _leaning(self, question: Question, talk: Talk | None) -> Reread | None:
        """The words read as a follow-up; None where they are none, or are answered better as they stand."""
        read = self._parts.rewriting.by_rule(question.text, talk) if self._parts.rewriting and talk else None
        if read is None or read.said is None or talk is None:
            return read
        alone = replace(question, text=read.said)
        query = _query_of(alone)
        found = self._parts.searcher.search(query)
        if not other_matter(self._parts.searcher.search, query, found, talk):
            return read
        signals, decision = self._judged(alone, found)
        return None if decision.action == "answer" and signals.confidences[0] >= OTHER_MATTER_AT else read

    def _asked_instead(self, question: Question, talk: Talk) -> Answer | None:
        """A question back about the words as they stand, where read as a follow-up they lead to nothing: whether they are
        one is not sure then. None where that leads to nothing either."""
        found = standing_alone(self._parts.searcher.search, _query_of(question), talk)
        signals, decision = self._judged(question, found)
        if decision.action not in ("answer", "clarify"):
            return None
        asked = self._compose(question, found, signals, policy.Decision("clarify", "close_candidates"))
        return asked if asked.action == "clarify" else None

    def _found(self, question: Question, read: Reread | None, talk: Talk | None) -> Continued:
        query = _query_of(question)
        if talk is None or not talk.faq_id:
            return Continued(self._parts.searcher.search(query))
        last = self._parts.searcher.entry(talk.faq_id, question.lang, question.channel)
        if read is not None and read.said is not None and last is not None:
            return leaning(self._parts.searcher.search, query, read, read.said, talk, last.answer)
        return Continued(standing_alone(self._parts.searcher.search, query, talk))

    def _by_way_of_japanese(self, question: Question) -> Answer | None:
        """The FAQ a Japanese would get, in the person's language: its approved translation, else a checked machine one.
        None when that does not lead to an answer: the polite hand-over in that language stands."""
        foreign = self._parts.foreign
        japanese = foreign.in_japanese(question.text, question.lang) if foreign else None
        if foreign is None or japanese is None:
            return None
        answer = self._answered(replace(question, text=japanese, lang="ja", conversation_id=""))
        if answer.action != "answer" or answer.answer is None:
            return None
        source, why = answer.candidates[0].entry, "by_way_of_japanese"
        entry = self._parts.searcher.entry(source.faq_id, question.lang, question.channel)
        if entry is not None:
            return self._verbatim(entry, question, answer.confidence, why)
        entry = foreign.translated(source, question.lang, question.channel)
        if entry is None:
            return None
        given = self._verbatim(entry, question, answer.confidence, "machine_translation")
        marked = given.answer and replace(given.answer, version=source.version, generated="translation")
        return replace(given, answer=marked)

    def _catch_up(self, question: Question) -> None:
        """What the person was told without asking us belongs to the conversation."""
        entry = question.told and self._parts.searcher.entry(question.told, question.lang, question.channel)
        if entry:
            now = self._parts.clock.now()
            self._conversations.told(question.conversation_id, entry.question, entry.faq_id, now)

    def _chosen(self, question: Question) -> FaqEntry | None:
        """The FAQ picked from the last question back, if it may still be shown."""
        picked = self._conversations.picked(question.conversation_id, question.text, self._parts.clock.now())
        if picked is None:
            return None
        return self._parts.searcher.entry(picked, question.lang, question.channel)

    def _judged(self, question: Question, found: SearchResult) -> tuple[policy.Signals, policy.Decision]:
        signals = self._signals(question, found)
        return signals, policy.decide(signals, self._thresholds_for(question.lang))

    def _signals(self, question: Question, found: SearchResult) -> policy.Signals:
        intents = self._intents_of(question, found)
        confidences = [h.confidence for h in found.hits]
        if confidences:
            best = self._best_confidence(question, found, intents)
            scale = min(1.0, best / confidences[0]) if confidences[0] > 0 else 0.0
            confidences = [best, *(c * scale for c in confidences[1:])]
        normal = without_fillers(normalise(question.text))
        japanese = question.lang == "ja"
        plain = find_plain(normal)
        no_matter, noun = (names_no_matter(normal), bare_noun(normal)) if japanese else (False, "")
        signals = policy.Signals(
            confidences=tuple(confidences),
            intents=intents,
            cues=self._cues(normal, question.lang),
            plain=plain,
            stops_loss="loss" in plain and bool(found.hits) and stops_a_lost_card(found.hits[0].entry),
            personal_kinds=question.had_personal_data,
            top_refers_elsewhere=bool(found.hits) and found.hits[0].entry.referral is not None,
            separable=len(found.hits) > 1,
            bare_topic=no_matter or bool(noun),
            no_matter=no_matter,
            own_noun=bool(noun) and self._is_own_matter(noun),
            nothing_named=japanese
            and (names_nothing(normal) or bool(mostly_meant(normal)))
            and bool(self._main_matters(question)),
            foreign=not japanese,
            asr_confidence=question.asr_confidence,
            said=self._when_said(found, confidences) if japanese else None,
        )
        if found.hits and not japanese:
            return replace(signals, names_other_thing=names_other_topic(normal, found.hits[0].entry))
        return self._looked_at(question, found, signals)

    def _looked_at(self, question: Question, found: SearchResult, signals: policy.Signals) -> policy.Signals:
        """What a closer look at the words finds where an FAQ would be answered against doubt."""
        things, thresholds = self._parts.other_things, self._thresholds_for(question.lang)
        least = min(thresholds.other_thing_at, thresholds.other_owner_at)
        if things is None or not policy.answers_against_doubt(signals, thresholds, least):
            return signals
        entry = found.hits[0].entry
        much = policy.answers_against_doubt(signals, thresholds, thresholds.other_thing_at)
        return replace(
            signals,
            names_other_thing=much and things.named(question.text, entry),
            names_other_owner=things.of_other_owner(question.text, entry),
        )

    def _best_confidence(self, question: Question, found: SearchResult, intents: Mapping[str, float]) -> float:
        """Probability that the best hit answers the question."""
        top, matched = found.hits[0], [len(h.matched) for h in found.hits]
        if question.lang != "ja":
            return self._calibration.foreign_confidence(found.evidence, top.confidence, matched)
        return self._calibration.confidence(
            found.evidence,
            intents,
            top.confidence,
            matched,
            learnt=self._parts.learnt(),
            bare=not top.entry.wordings,
        )

    def _when_said(self, found: SearchResult, confidences: Sequence[float]) -> float | None:
        """The first confidence, knowing what is left unsaid; None where it is no matter, because too low for an answer
        even if all is said."""
        unsaid = self._parts.unsaid
        if unsaid is None or not unsaid.judges(found.hits):
            return None
        if self._calibration.when_said(confidences[0], 0.0) < self._thresholds.answer_at:
            return None
        return self._calibration.when_said(confidences[0], unsaid.of(found.hits))

    def _main_matters(self, question: Question) -> Sequence[ClarifyOption]:
        return self._parts.matters.main(question.channel) if self._parts.matters is not None else ()

    def _is_own_matter(self, noun: str) -> bool:
        return self._parts.matters is not None and self._parts.matters.has(noun)

    def _question_back(
        self, question: Question, candidates: Sequence[Hit], decision: policy.Decision
    ) -> Clarify | None:
        normal = without_fillers(normalise(question.text))
        if decision.why == "nothing_named":
            meant = suggested(self._parts.searcher, mostly_meant(normal), question.channel)
            options = [ClarifyOption(topic_of(entry.question), entry.faq_id) for entry in meant]
            return open_question(options if len(options) > 1 else self._main_matters(question))
        noun = bare_noun(normal) if question.lang == "ja" else ""
        if noun and self._parts.matters is not None and self._parts.matters.is_thing(noun):
            found = suggested(self._parts.searcher, mostly_asked_of(noun), question.channel)
            if len(found) == MAX_OPTIONS:
                return clarify(found)
        return clarify(_worth_asking(candidates), question.lang)

    def _cues(self, normal: str, lang: str) -> frozenset[str]:
        cues = find_cues(normal) if lang == "ja" else find_cues(normal) | find_foreign_cues(normal)
        cities = self._parts.other_cities
        if cities is not None and (cities.asked_about if lang == "ja" else cities.asked_about_in_foreign)(normal):
            return cues | {"other_city"}
        return cues

    def _intents_of(self, question: Question, found: SearchResult) -> Mapping[str, float]:
        """Examples are Japanese (and English attacks): other languages are judged by their cues alone, and so is English
        where the city has no English FAQ that would show the model what an ordinary question looks like."""
        if self.intents is None or question.lang not in ("ja", "en") or (question.lang == "en" and not found.hits):
            return {}
        probabilities = self.intents.probabilities(found.heard_as or question.text)
        return probabilities if question.lang == "ja" else {"injection": probabilities.get("injection", 0.0)}

    def _thresholds_for(self, lang: str) -> policy.Thresholds:
        if lang != "ja":
            return replace(
                self._thresholds,
                answer_at=self._calibration.foreign_answer_at,
                clarify_at=self._calibration.foreign_clarify_at,
                sure_at=self._calibration.foreign_sure_at,
            )
        return self._thresholds

    def _compose(
        self, question: Question, found: SearchResult, signals: policy.Signals, decision: policy.Decision
    ) -> Answer:
        confidence = signals.surest
        candidates = _with_confidences(found.hits, signals.as_known)[:CANDIDATES]
        base = Answer(decision.action, confidence, "", candidates=candidates, reason=decision.why, lang=question.lang)
        if decision.action == "answer":
            return replace(
                self._verbatim(found.hits[0].entry, question, confidence, decision.why), candidates=candidates
            )
        if decision.action == "clarify":
            asked = self._question_back(question, candidates, decision)
            if asked is not None:
                self._conversations.asked(question.conversation_id, asked.options, self._parts.clock.now())
                return replace(base, clarify=asked)
            decision = policy.Decision("handoff", "low_confidence", "low_confidence")
        base = replace(base, confidence=_of_an_answer(candidates))
        if decision.action == "refuse":
            key = "personal_data" if decision.why == "personal_data" else "refuse"
            return replace(base, message=self._parts.handovers.sentence(key, question.lang))
        reason = decision.reason or "low_confidence"
        if reason == "low_confidence" and signals.intents.get(policy.OURS, 1.0) < _PROBABLY_NOT_OURS:
            reason = "other_department" if self._parts.handovers.knows_another_body(question.text) else reason
        top = found.hits[0].entry if found.hits else None
        nothing_asked = signals.intents.get(policy.NOTHING_ASKED, 0.0) >= 0.5
        handoff = self._parts.handovers.handoff(
            reason,
            question.text,
            question.lang,
            top if question.lang != "ja" or knows_the_office(found.hits) else None,
            nothing_asked=nothing_asked,
            harm_done=decision.why == policy.HARM_DONE,
            first=self._first_help(decision, signals, top),
        )
        return replace(base, action="handoff", handoff=handoff)

    def _first_help(self, decision: policy.Decision, signals: policy.Signals, top: FaqEntry | None) -> FaqEntry | None:
        """The FAQ for just such harm, which tells what to do at once; None where none fits surely."""
        if decision.why != policy.HARM_DONE or top is None or signals.confidences[0] < self._thresholds.answer_at:
            return None
        if any(facet == ("procedure", "一時停止") for facet in top.facets) and "loss" not in signals.plain:
            return None  # the card is where it should be
        meant = any(tells_of_harm(normalise(wording)) for wording in (top.question, *top.alt_questions))
        return top if meant and top.referral is None else None

    def _verbatim(self, entry: FaqEntry, question: Question, confidence: float, why: str) -> Answer:
        if entry.referral is not None:
            handoff = self._parts.handovers.handoff("other_department", question.text, question.lang, entry)
            return Answer("handoff", confidence, "", handoff=handoff, reason="referral", lang=question.lang)
        day = self._parts.approved_on(entry.faq_id, entry.version, entry.lang) if self._parts.approved_on else None
        citation = Citation(
            entry.faq_id,
            entry.version,
            entry.evidence,
            entry.url,
            entry.department,
            entry.forms,
            entry.contact_phone,
            day,
        )
        approved = ApprovedAnswer(
            faq_id=entry.faq_id,
            version=entry.version,
            question=entry.question,
            text=entry.answer,
            spoken_text=spoken_text(entry),
            easy_text=entry.answer_easy,
            citations=(citation,),
            lang=entry.lang,
        )
        hit = Hit(entry, 0.0, confidence)
        return Answer("answer", confidence, "", answer=approved, candidates=(hit,), reason=why, lang=question.lang)

    def _finished(self, question: Question, answer: Answer, started: float) -> Answer:
        self._conversations.note(question.conversation_id, question.text, answer.answer, self._parts.clock.now())
        return replace(answer, answer_id=uuid.uuid4().hex, took_ms=(time.perf_counter() - started) * 1e3)


def _query_of(question: Question) -> SearchQuery:
    return SearchQuery(question.text, CONSIDERED, lang=question.lang, channel=question.channel)


def _with_confidences(hits: tuple[Hit, ...], confidences: tuple[float, ...]) -> tuple[Hit, ...]:
    return tuple(Hit(h.entry, h.score, c, h.matched) for h, c in zip(hits, confidences, strict=True))


def _of_an_answer(candidates: Sequence[Hit]) -> float:
    """How likely an answer would have been right where none is given: an entry that only names another office is none."""
    return next((h.confidence for h in candidates if h.entry.referral is None), 0.0)


def _worth_asking(candidates: Sequence[Hit]) -> list[FaqEntry]:
    """What a question back may offer: the two best, and a third that is not far behind; an entry that only names another
    office is offered only as the best."""
    chosen = [h for place, h in enumerate(candidates) if place == 0 or h.entry.referral is None]
    floor = _FAR_BEHIND * chosen[0].confidence if chosen else 0.0
    return [h.entry for place, h in enumerate(chosen) if place < 2 or h.confidence >= floor]


def _with_settings(thresholds: policy.Thresholds, settings: AnswerSettings) -> policy.Thresholds:
    return replace(
        thresholds,
        answer_at=thresholds.answer_at if settings.answer_at is None else settings.answer_at,
        clarify_at=thresholds.clarify_at if settings.clarify_at is None else settings.clarify_at,
    )
