"""Writes the call down turn by turn, in the form the reviewer reads. Only masked text passes through here."""

from collections.abc import Callable
from dataclasses import replace

from knowledge.domain import Answer
from knowledge.ports import Clock
from knowledge.privacy.redacted import RedactedText, approved
from knowledge.privacy.turns import only_digits
from voicebot.dialogue.actions import Say
from voicebot.dialogue.digits import spoken_digits
from voicebot.dialogue.events import Answered, AnswerFailed, Event, Heard, Key, Overheard, Silence, Unheard
from voicebot.dialogue.state import State
from voicebot.domain import Call, Candidate, Outcome, Packet, Played, Speech, Turn, Via
from voicebot.ports import CallLog

NUMBER = approved("（電話番号）")
BLANKED = approved("【番号】")
NUMBER_NODES = ("offer_callback", "callback_number", "callback_confirm")
CANDIDATES = 5
Recorded = tuple[str, tuple[tuple[float, float], ...]]
"""File name of the recording, "" for none, and its blanked stretches."""


def masked_turn(masked: RedactedText, raw: str, node: str) -> RedactedText:
    """The redactor's result, and nothing at all of an utterance that is a number or part of one."""
    if node in NUMBER_NODES and len(spoken_digits(raw)) >= 2:
        return NUMBER
    return BLANKED if only_digits(raw) else masked


class Notes:
    """One call's record in the making."""

    def __init__(self, log: CallLog, clock: Clock, call_id: str, via: Via, lang: str) -> None:
        self.call_id = call_id
        self._log = log
        self._clock = clock
        self._call = Call(call_id, via, clock.now(), lang=lang)
        self._turns: dict[int, Turn] = {}
        self._saying: list[tuple[Speech, int]] = []
        self._asked = -1
        self.recorded: Callable[[], Recorded] = _nothing
        log.open(self._call)

    def turn(self, index: int) -> Turn:
        return self._turns[index]

    def event(self, event: Event, node: str, *, secret: bool) -> int | None:
        """Note what came from the caller or the answer path; returns the turn to show, if any."""
        match event:
            case Heard():
                text = BLANKED if secret else event.masked
                self._asked = self._add(
                    Turn(
                        0,
                        self._clock.now(),
                        "caller",
                        node,
                        text,
                        asr_confidence=None if event.typed else round(event.confidence, 3),
                        stages_ms={"asr": event.asr_ms} if event.asr_ms else {},
                    )
                )
                return self._asked
            case Overheard() if secret:
                return self._add(Turn(0, self._clock.now(), "caller", node, BLANKED, decision="stopped"))
            case Key():
                shown = "＊" if node in NUMBER_NODES and event.digit.isdigit() else event.digit
                return self._add(Turn(0, self._clock.now(), "caller", node, key=shown))
            case Unheard():
                return self._add(Turn(0, self._clock.now(), "caller", node, decision="unheard", reason=event.reason))
            case Silence():
                return self._add(Turn(0, self._clock.now(), "caller", node, decision="silence"))
            case Answered() if node == "asking" and self._asked >= 0:
                self._decided(event.answer)
            case AnswerFailed() if node == "asking" and self._asked >= 0:
                self._put(replace(self._turns[self._asked], decision="failed", reason=event.reason))
            case _:
                pass
        return None

    def _decided(self, answer: Answer) -> None:
        turn = self._turns[self._asked]
        found = answer.answer
        self._put(
            replace(
                turn,
                decision=answer.action,
                reason=answer.reason or (answer.handoff.reason if answer.handoff else ""),
                faq_id=found.faq_id if found else "",
                faq_version=found.version if found else 0,
                answer_id=answer.answer_id,
                confidence=round(answer.confidence, 4),
                candidates=_candidates(answer),
                stages_ms={**turn.stages_ms, "answer": round(answer.took_ms, 1)},
            )
        )

    def say(self, action: Say, node: str) -> int:
        text = NUMBER if action.speech.secret else action.speech.text
        answer_id = action.answer.answer_id if action.answer else ""
        index = self._add(
            Turn(
                0,
                self._clock.now(),
                "bot",
                node,
                text,
                decision=action.key,
                faq_id=action.faq_id,
                faq_version=action.faq_version,
                answer_id=answer_id,
            )
        )
        self._saying.append((action.speech, index))
        return index

    def played(self, speech: Speech, played: Played) -> None:
        """Complete the turn of a speech with what the far end really heard."""
        for position, (said, index) in enumerate(self._saying):
            if said is speech or said == speech:
                del self._saying[position]
                heard = played.text if not speech.secret else (NUMBER if played.text else approved(""))
                stages = {"first_audio": round(played.first_audio_ms, 1)} if played.first_audio_ms else {}
                self._put(replace(self._turns[index], played=heard, barged_in=not played.complete, stages_ms=stages))
                return

    def close(self, state: State, outcome: Outcome, reason: str, packet: Packet | None) -> Call:
        recording, muted = self.recorded()
        call = replace(
            self._call,
            ended_at=self._clock.now(),
            outcome=outcome,
            last_node=state.node,
            lang=state.lang,
            reason=reason,
            turns=len(self._turns),
            answered=len(state.answered),
            recording=recording,
            packet=packet,
            muted=muted,
        )
        self._log.close(call)
        return call

    def _add(self, turn: Turn) -> int:
        index = len(self._turns)
        self._put(replace(turn, index=index))
        return index

    def _put(self, turn: Turn) -> None:
        self._turns[turn.index] = turn
        self._log.turn(self.call_id, turn)


def _nothing() -> Recorded:
    return "", ()


def _candidates(answer: Answer) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(
            hit.entry.faq_id, hit.entry.version, hit.entry.question, round(hit.score, 4), round(hit.confidence, 4)
        )
        for hit in answer.candidates[:CANDIDATES]
    )
