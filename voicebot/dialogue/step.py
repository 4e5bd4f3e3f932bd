"""One step of the dialogue: collects the actions while the state moves on. Created and thrown away by the machine."""

from dataclasses import dataclass, field, replace
from typing import Any

from knowledge.domain import Answer, HandoffReason
from knowledge.privacy.redacted import RedactedText, approved
from voicebot.dialogue.actions import Action, HangUp, Listen, Say
from voicebot.dialogue.state import Node, State
from voicebot.domain import ListenMode, Outcome, Packet, Speech, Who
from voicebot.settings import DialogueSettings
from voicebot.texts import Texts

PACKET_LINES = 20


@dataclass(frozen=True, slots=True)
class World:
    """What the dialogue knows beside the call itself."""

    texts: Texts
    settings: DialogueSettings
    reject_below: float = 0.25
    confirm_below: float = 0.55
    spoken: frozenset[str] = frozenset({"ja"})
    """Languages there is a voice for."""


@dataclass(slots=True)
class Step:
    world: World
    state: State
    actions: list[Action] = field(default_factory=list)

    def change(self, **changes: Any) -> None:
        self.state = replace(self.state, **changes)

    def go(self, node: Node, **changes: Any) -> None:
        self.change(node=node, **changes)

    def do(self, action: Action) -> None:
        self.actions.append(action)

    def text(self, key: str, **values: str) -> RedactedText:
        return self.world.texts.get(key, self.state.lang, **values)

    def say(self, key: str, *, interruptible: bool = True, secret: bool = False, **values: str) -> None:
        lang = self.state.lang if self.world.texts.has(key, self.state.lang) else "ja"
        self.say_text(self.text(key, **values), key=key, interruptible=interruptible, secret=secret, lang=lang)

    def say_unspoken(self, key: str, lang: str) -> None:
        """In a language that has no voice: in writing, for whoever reads the call."""
        if self.world.texts.has(key, lang):
            self.do(Say(Speech(self.world.texts.get(key, lang), lang=lang), key))

    def say_text(
        self,
        text: RedactedText,
        *,
        key: str = "",
        interruptible: bool = True,
        secret: bool = False,
        lang: str = "",
        answer: Answer | None = None,
        faq: tuple[str, int] = ("", 0),
    ) -> None:
        state = self.state
        speech = Speech(text, interruptible, lang or state.lang, state.speed, state.gain, secret)
        self.do(Say(speech, key, answer, *faq))
        kept = approved("（電話番号）") if secret else text
        self.change(said=(*state.said, speech), transcript=_keep(state.transcript, "bot", kept))

    def note_caller(self, masked: RedactedText) -> None:
        self.change(transcript=_keep(self.state.transcript, "caller", masked), said=())

    def listen(self, mode: ListenMode = "open", topics: tuple[str, ...] = ()) -> None:
        settings = self.world.settings
        secs = settings.digits_silence_secs if mode == "digits" else settings.silence_secs
        if self.state.screen:
            secs = max(secs, settings.screen_silence_secs)
        self.do(Listen(mode, secs, topics))

    def packet(self, reason: HandoffReason) -> Packet:
        state = self.state
        return Packet(reason, state.need, state.department, state.phone, state.transcript, state.answered, state.lang)

    def hang_up(self, outcome: Outcome, reason: str = "") -> None:
        self.go("closing")
        self.do(HangUp(outcome, reason))


def _keep(
    lines: tuple[tuple[Who, RedactedText], ...], who: Who, text: RedactedText
) -> tuple[tuple[Who, RedactedText], ...]:
    """The last lines only: a packet is read in seconds."""
    return (*lines, (who, text))[-PACKET_LINES:]


def end_outcome(state: State) -> Outcome:
    """How a call that ends now is counted. Silence or hanging up never makes it 'solved'."""
    if state.confirmed:
        return "confirmed"
    return "completed" if state.delivered else "abandoned"
