"""The dialogue as a pure function: (state, event) → (state, actions). No clock, no I/O, no asyncio."""

from knowledge.privacy.redacted import approved
from voicebot.dialogue import answers, handover, keys, languages, quiet
from voicebot.dialogue.actions import Action, Mute, StopSpeaking
from voicebot.dialogue.digits import spoken_digits
from voicebot.dialogue.events import (
    Answered,
    AnswerFailed,
    AnswerSlow,
    CallbackStored,
    Event,
    Heard,
    HungUp,
    Key,
    LanguageChosen,
    Overheard,
    Silence,
    Started,
    Transferred,
    Unheard,
)
from voicebot.dialogue.secrets import says_secret
from voicebot.dialogue.state import State
from voicebot.dialogue.step import Step, World
from voicebot.dialogue.words import is_backchannel, named_language, wish

SURE_OF_LANGUAGE = 0.6
"""A short はい may be taken for any language; a change needs a clear sentence."""
_LEAVING = ("transferring", "storing", "closing")
_NUMBER_NODES = ("callback_number", "callback_confirm", "offer_callback")


def advance(world: World, state: State, event: Event) -> tuple[State, tuple[Action, ...]]:
    """One step. Unknown combinations change nothing: a late event must never break a call."""
    step = Step(world, state)
    match event:
        case Started():
            _start(step, event)
        case Heard():
            _heard(step, event)
        case Overheard():
            if _stop_secret(step, event.text, event.kinds, event.seconds):
                step.change(guard="turn")
        case Key():
            keys.pressed(step, event.digit)
        case Unheard():
            quiet.unheard(step)
        case Silence():
            quiet.silence(step)
        case LanguageChosen() if event.lang != state.lang and state.node not in _LEAVING:
            languages.change(step, event.lang)
        case HungUp():
            step.go("closing")
        case _:
            _replied(step, event)
    return step.state, tuple(step.actions)


def _replied(step: Step, event: Event) -> None:
    """Replies of the parts the dialogue had asked; each counts only in the node that waits for it."""
    node = step.state.node
    match event:
        case Answered() if node == "asking":
            step.change(unheard=0)
            answers.answered(step, event.answer, event.asr_confidence)
        case AnswerSlow() if node == "asking":
            step.say("filler")
        case AnswerFailed() if node == "asking":
            step.say("failed")
            handover.hand_over(step, "low_confidence")
        case Transferred() if node == "transferring":
            handover.transferred(step, event.ok)
        case CallbackStored() if node == "storing":
            handover.stored(step, event.ticket)
        case _:
            pass


def _start(step: Step, event: Started) -> None:
    step.change(lang=event.lang, open=event.open, overflow=event.overflow, hearing=event.hearing, screen=event.screen)
    if event.emergency:
        step.say_text(approved(event.emergency), interruptible=False, lang="ja")
    step.say("opening", interruptible=False)
    step.say("opening_recorded" if event.recorded else "opening_noted", interruptible=False)
    step.say("opening_person", interruptible=False)
    step.say("opening_secret", interruptible=False)
    languages.hint(step)
    if not event.open:
        step.say("opening_closed")
    elif event.overflow:
        step.say("opening_overflow")
    if event.hearing or event.screen:
        step.say("ask")
        step.go("question")
        step.listen()
    else:
        keys.open_menu(step)


def _heard(step: Step, event: Heard) -> None:
    state = step.state
    if _stop_secret(step, event.text, event.kinds, event.seconds) or state.node in _LEAVING:
        return
    if _too_doubtful(step, event):
        quiet.unheard(step)
        return
    step.change(silences=0, unheard=0, turns=state.turns + 1)
    kept_said = state.said
    step.note_caller(event.masked)
    if step.state.turns > step.world.settings.max_turns:
        step.say("too_long")
        handover.hand_over(step, "unresolved")
    elif _other_language(step, event):
        languages.change(step, event.lang)
    elif not _wished(step, event, kept_said):
        _by_node(step, event)


def _other_language(step: Step, event: Heard) -> bool:
    return not event.typed and event.lang != step.state.lang and event.confidence >= SURE_OF_LANGUAGE


def _too_doubtful(step: Step, event: Heard) -> bool:
    """A transcript that is rather noise than words; digits are read back anyway."""
    if event.typed or step.state.node in (*_NUMBER_NODES, "asking"):
        return False
    return event.confidence < step.world.reject_below


def _wished(step: Step, event: Heard, said: tuple[object, ...]) -> bool:
    """Wishes about the call itself, understood in every node."""
    match wish(event.text):
        case "person":
            handover.hand_over(step, "asked_for_person")
        case "repeat":
            quiet.repeat(step, said)
        case "slower":
            quiet.slower(step, said)
        case "louder":
            quiet.louder(step, said)
        case "goodbye" if step.state.node in ("question", "resolved", "more"):
            answers.goodbye(step)
        case _:
            lang = named_language(event.text)
            if not lang or lang == step.state.lang:
                return False
            languages.change(step, lang)
    return True


def _by_node(step: Step, event: Heard) -> None:
    match step.state.node:
        case "clarify":
            answers.clarify_reply(step, event)
        case "confirm":
            answers.confirm_reply(step, event)
        case "resolved":
            answers.resolved_reply(step, event)
        case "more":
            answers.more_reply(step, event)
        case "offer_callback":
            handover.offered(step, event.text)
        case "callback_number":
            handover.number_said(step, event.text)
        case "callback_confirm":
            handover.confirmed(step, event.text)
        case "menu":
            keys.menu_said(step, event.text)
        case _:
            if is_backchannel(event.text):
                step.listen()
            else:
                answers.ask(step, event)


def _stop_secret(step: Step, text: str, kinds: frozenset[str], seconds: float) -> bool:
    """Stop a caller who says a number that must not be heard; the span is blanked and nothing is kept."""
    in_number = step.state.node in _NUMBER_NODES
    before = step.state.digits if in_number else ""
    if in_number and len(before + spoken_digits(text)) <= 11 and not _names_secret(text, kinds):
        return False
    guard = step.state.guard
    step.change(guard="")
    belongs = bool(guard) and not in_number and len(spoken_digits(text)) >= 3
    if not belongs and not says_secret(text, kinds, step.world.settings.stop_kinds, before):
        return False
    step.do(Mute(seconds))
    step.change(digits="", guard="after")
    if guard != "turn" and step.state.node not in _LEAVING:
        step.actions.insert(0, StopSpeaking())
        step.say("secret", interruptible=False)
        quiet.ask_current(step)
    return True


def _names_secret(text: str, kinds: frozenset[str]) -> bool:
    return bool(kinds & {"my_number", "secret"}) and says_secret(text, (), ())
