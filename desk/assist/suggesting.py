"""What is on offer while somebody speaks: asks the one answerer, keeps places stable, logs what was shown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from desk.assist.model import SHOWN, AssistState, Marked, Suggestion
from desk.assist.sessions import Session
from desk.assist.stable import stable_merge
from desk.events.log import EventLog
from desk.events.model import Value
from knowledge.domain import Answer, FaqEntry, Question
from knowledge.errors import Unavailable
from knowledge.ports import Answering, Redactor
from knowledge.privacy.redacted import RedactedText
from knowledge.store.database import Database
from knowledge.text.features import words
from knowledge.text.tokens import Tokenizer

MarkKind = Literal["faq_viewed", "faq_used", "faq_unused", "faq_wrong"]
MARKS: Mapping[MarkKind, Marked] = {
    "faq_viewed": "opened",
    "faq_used": "used",
    "faq_unused": "opened",
    "faq_wrong": "wrong",
}
_ENOUGH_WORDS = 2
_LIKELY_AT = 0.4
"""Below this a candidate is a guess: it never pushes out what is shown."""
_CLEAR_WORDS = 3
"""So many content words a piece must have before it alone turns the advice."""
_PASSING = frozenset({"low_confidence", "unresolved"})
"""Reasons that only say that this piece of talk asked nothing clear."""
_UNAVAILABLE = "search_unavailable"


class Suggesting:
    def __init__(
        self,
        db: Database,
        log: EventLog,
        redactor: Redactor,
        tokenizer: Tokenizer,
        answering: Answering | None,
        spoken: Callable[[FaqEntry], str],
    ) -> None:
        self._db = db
        self._log = log
        self._redactor = redactor
        self._tokenizer = tokenizer
        self._answering = answering
        self._spoken = spoken

    def follow(self, session: Session, kinds: frozenset[str]) -> None:
        """What the citizen said last may change what is on offer."""
        said = [one.text for one in session.state.transcript if one.speaker == "citizen"]
        count = len(words(self._tokenizer.query_morphs(said[-1]), light=False))
        if count:
            before = said[-2] if len(said) > 1 else RedactedText("")
            text = said[-1]
            if count < _ENOUGH_WORDS and before:  # a short piece is read together with the one before it
                text = self._redactor.redact(f"{before}\n{text}").text
            self.suggest(session, text, kinds, before, clear=count >= _CLEAR_WORDS)

    def suggest(
        self, session: Session, text: RedactedText, kinds: frozenset[str], before: str = "", clear: bool = True
    ) -> None:
        """`before` is what was said earlier: read with it where the piece alone finds nothing. `clear`: there is enough
        in the piece to turn the advice though nothing was found.
        Search that is down is noted and changes nothing else."""
        if not text:
            return
        try:
            answer = self._ask(session, text, kinds)
            if before and _best(answer) < _LIKELY_AT:
                whole = self._redactor.redact(f"{before}\n{text}")
                again = self._ask(session, whole.text, kinds)
                if _best(again) >= max(_LIKELY_AT, _best(answer)):
                    answer, text = again, whole.text
        except Unavailable:
            session.note(_UNAVAILABLE)
            return
        self._show(session, answer, clear)
        self._note_need(session, answer, text)

    def _ask(self, session: Session, text: RedactedText, kinds: frozenset[str]) -> Answer:
        if self._answering is None:
            raise Unavailable("検索は使えません。")
        question = Question(text, "operator", conversation_id=session.state.session_id, had_personal_data=kinds)
        return self._answering.answer(question)

    def offer(self, entry: FaqEntry, confidence: float) -> Suggestion:
        return Suggestion(
            faq_id=entry.faq_id,
            version=entry.version,
            question=entry.question,
            answer=entry.answer,
            spoken=self._spoken(entry),
            category=entry.category,
            department=entry.department,
            evidence=entry.evidence,
            url=entry.url,
            related_ids=entry.related_ids,
            confidence=confidence,
        )

    def _show(self, session: Session, answer: Answer, clear: bool) -> None:
        state = session.state
        if state.suggestions and _best(answer) < _LIKELY_AT:
            if clear:
                self._show_advice_only(session, answer)
            return
        found = {hit.entry.faq_id: self.offer(hit.entry, hit.confidence) for hit in answer.candidates}
        before = {one.faq_id: one for one in state.suggestions}
        wrong = {faq_id for faq_id, one in before.items() if one.mark == "wrong"}
        best = [faq_id for faq_id in found if faq_id not in wrong]
        order = stable_merge([one for one in before if one not in wrong], best, _kept(state), SHOWN)
        used = {one.faq_id for one in state.used}
        shown = tuple(_refreshed(before.get(faq_id), found.get(faq_id), faq_id in used) for faq_id in order)
        notes = tuple(note for note in state.notes if note != _UNAVAILABLE)
        session.change(suggestions=shown, notes=notes, best=tuple(best), **_advice(answer))
        self._log_offered(session)

    def _note_need(self, session: Session, answer: Answer, text: RedactedText) -> None:
        """Only what the policy answers or asks back about, and finds something for, is worth a draft."""
        if answer.action in ("answer", "clarify") and _best(answer) >= _LIKELY_AT:
            session.change(need=text, needs=session.state.needs + 1)

    def _show_advice_only(self, session: Session, answer: Answer) -> None:
        """Nothing found in this piece of talk: the cards stay; a complaint or another office is said all the same."""
        hand = answer.handoff
        if answer.action == "refuse" or (hand is not None and hand.reason not in _PASSING):
            session.change(**_advice(answer))

    def _log_offered(self, session: Session) -> None:
        ranked = enumerate(session.state.suggestions, start=1)
        fresh = [(rank, one) for rank, one in ranked if one.faq_id not in session.offered]
        if not fresh:
            return
        with self._db.begin() as conn:
            for rank, one in fresh:
                given: dict[str, Value] = {"faq_id": one.faq_id, "version": one.version, "rank": rank}
                self._log.append_own(conn, "faq_suggested", session.state.call_id, given)
                session.offered[one.faq_id] = one


def _advice(answer: Answer) -> dict[str, Any]:
    hand = answer.handoff
    return {
        "advice": answer.action,
        "advice_reason": hand.reason if hand else "",
        "advice_text": hand.message if hand else (answer.clarify.prompt if answer.clarify else answer.message),
        "advice_options": tuple(one.label for one in answer.clarify.options) if answer.clarify else (),
        "hand_over_to": hand.department if hand else "",
        "hand_over_phone": hand.phone if hand else "",
    }


def _best(answer: Answer) -> float:
    return answer.candidates[0].confidence if answer.candidates else 0.0


def used_after(used: Sequence[Suggestion], marked: Suggestion) -> tuple[Suggestion, ...]:
    """The used ones after one more mark: a use adds, anything but a look takes away."""
    others = tuple(one for one in used if one.faq_id != marked.faq_id)
    if len(others) == len(used):
        return (*used, marked) if marked.mark == "used" else tuple(used)
    return tuple(marked if one.faq_id == marked.faq_id else one for one in used) if marked.mark == "used" else others


def _kept(state: AssistState) -> set[str]:
    """Cards that stay whatever the ranking says: read or used ones, but one place is always free for the newest."""
    marked = [one.faq_id for one in state.suggestions if one.mark in ("opened", "used")]
    return set(marked[: SHOWN - 1])


def _refreshed(old: Suggestion | None, new: Suggestion | None, used: bool) -> Suggestion:
    """The newest text and confidence with the mark it has."""
    if new is None:
        assert old is not None
        return old
    mark: Marked = "used" if used else ("" if old is None else old.mark)
    return replace(new, mark=mark)
