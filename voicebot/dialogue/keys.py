"""The keypad: 0 is always a person, 9 always repeats, 1 and 2 are yes and no, numbers choose."""

from collections.abc import Callable

from voicebot.dialogue import answers, handover, languages, quiet
from voicebot.dialogue.digits import is_phone_number, spoken_digits
from voicebot.dialogue.state import Node
from voicebot.dialogue.step import Step
from voicebot.dialogue.words import yes_no

_BUSY = ("transferring", "storing", "closing")


def pressed(step: Step, key: str) -> None:
    state = step.state
    if state.node in _BUSY:
        return
    said = state.said
    step.change(silences=0, unheard=0)
    if state.node == "callback_number":
        handover.number_pressed(step, key)
    elif key == "0":
        step.change(said=())
        handover.hand_over(step, "asked_for_person")
    elif key == "9":
        step.change(said=())
        quiet.repeat(step, said)
    else:
        step.change(said=())
        _by_node(step, key)


def _by_node(step: Step, key: str) -> None:
    node = step.state.node
    if node == "clarify" and _option(step, key) is not None:
        answers.choose(step, int(key) - 1)
    elif node == "language" and languages.pressed(step, key):
        return
    elif key == languages.KEY and languages.others(step) and not step.state.screen:
        languages.menu(step)
    elif node == "menu":
        _menu(step, key)
    elif key in ("1", "2") and node in _YES_NO:
        _YES_NO[node][int(key) - 1](step)
    else:
        step.say("unknown_key")
        quiet.ask_current(step)


def _confirmed(step: Step) -> None:
    if step.state.pending is not None:
        answers.give(step, step.state.pending)


def _next_question(step: Step) -> None:
    step.say("ask_next")
    step.go("question", reasks=0)
    step.listen()


_YES_NO: dict[Node, tuple[Callable[[Step], None], Callable[[Step], None]]] = {
    "resolved": (answers.solved, answers.not_solved),
    "confirm": (_confirmed, answers.ask_again),
    "more": (_next_question, answers.goodbye),
    "offer_callback": (handover.ask_number, handover.decline),
    "callback_confirm": (handover.store, handover.ask_number),
}


def _option(step: Step, key: str) -> int | None:
    pending = step.state.pending
    if pending is None or pending.clarify is None or not key.isdigit():
        return None
    index = int(key) - 1
    return index if 0 <= index < len(pending.clarify.options) else None


def open_menu(step: Step) -> None:
    """What is left without a transcriber: a person, a call-back, the hours."""
    step.say("menu")
    step.go("menu")
    step.listen("short")


def _menu(step: Step, key: str) -> None:
    if key == "1":
        step.change(handoff="asked_for_person")
        handover.ask_number(step)
    elif key == "2":
        step.say("menu_hours")
        step.change(delivered=True)
        open_menu(step)
    else:
        step.say("unknown_key")
        open_menu(step)


def menu_said(step: Step, text: str) -> None:
    """A caller who speaks in the menu: a number or yes is enough."""
    digits = spoken_digits(text)
    if is_phone_number(digits):
        step.change(handoff="asked_for_person")
        handover.collected(step, digits)
    elif yes_no(text).meaning == "yes":
        _menu(step, "1")
    else:
        open_menu(step)
