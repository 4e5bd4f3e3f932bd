"""Silence, sounds without words, and the wishes 「もう一度」「ゆっくり」「大きい声で」."""

from dataclasses import replace

from voicebot.dialogue.actions import Say
from voicebot.dialogue.digits import read_back
from voicebot.dialogue.handover import collected, decline, hand_over
from voicebot.dialogue.step import Step, end_outcome
from voicebot.domain import ListenMode, Speech

_WAITING = ("asking", "transferring", "storing", "closing")


def silence(step: Step) -> None:
    """First ask whether anybody is there, then explain the keys, then end the call."""
    state = step.state
    if state.node in _WAITING:
        return
    if state.node == "callback_number" and state.digits:
        collected(step, state.digits)
        return
    if state.silences >= 2:
        step.say("silence_end", interruptible=False)
        step.hang_up(end_outcome(state), "silence")
        return
    if state.node == "more" and state.silences >= 1 and state.delivered:
        step.say("goodbye", interruptible=False)
        step.hang_up(end_outcome(state), "silence")
        return
    step.change(silences=state.silences + 1)
    step.say("silence_1" if state.silences == 0 else "silence_2")
    ask_current(step)


def unheard(step: Step) -> None:
    """A sound that gave no words: ask again, and after two failures a person."""
    state = step.state
    if state.node in _WAITING:
        return
    if state.unheard >= step.world.settings.max_reasks:
        if state.node in ("offer_callback", "callback_number", "callback_confirm"):
            decline(step)
        else:
            hand_over(step, "unresolved")
        return
    step.change(unheard=state.unheard + 1, said=())
    step.say("not_heard")
    ask_current(step)


def ask_current(step: Step) -> None:
    """The question of the present node again, in its short form."""
    key, mode = _PROMPTS.get(step.state.node, ("ask_again", "open"))
    if step.state.node == "callback_confirm" and step.state.digits:
        step.say("callback_confirm", secret=True, number=read_back(step.state.digits, step.state.lang))
    elif step.state.node == "callback_confirm":
        step.say("callback_number")
        step.go("callback_number")
        mode = "digits"
    elif step.state.node == "confirm" and step.state.pending and step.state.pending.answer:
        step.say("confirm", subject=step.state.pending.answer.question.rstrip("。？?"))
    else:
        step.say(key)
    if step.state.node in ("opening", "asking", "language"):
        step.go("question")
    step.listen(mode, _topics(step))


_PROMPTS: dict[str, tuple[str, ListenMode]] = {
    "clarify": ("option_unclear", "open"),
    "resolved": ("resolved", "short"),
    "more": ("ask_more", "short"),
    "offer_callback": ("offer_callback", "short"),
    "callback_number": ("callback_number", "digits"),
    "callback_confirm": ("callback_number", "short"),
    "confirm": ("ask_again", "short"),
    "menu": ("menu", "short"),
    "language": ("ask", "short"),
}


def _topics(step: Step) -> tuple[str, ...]:
    pending = step.state.pending
    if step.state.node == "clarify" and pending is not None and pending.clarify is not None:
        return tuple(option.label for option in pending.clarify.options)
    return ()


def repeat(step: Step, said: tuple[object, ...]) -> None:
    """Say the last things again with the present pace and loudness."""
    speeches = [speech for speech in said if isinstance(speech, Speech)]
    if not speeches:
        step.say("nothing_to_repeat")
    for speech in speeches:
        again = replace(speech, speed=min(speech.speed, step.state.speed), gain=max(speech.gain, step.state.gain))
        step.do(Say(again, "repeat"))
    step.change(said=tuple(speeches))
    if step.state.node in ("opening", "asking"):
        step.go("question")
    _, mode = _PROMPTS.get(step.state.node, ("", "open"))
    step.listen(mode, _topics(step))


def slower(step: Step, said: tuple[object, ...]) -> None:
    step.change(speed=step.world.settings.slow_speed)
    step.do(Say(Speech(step.text("slower"), True, step.state.lang, step.state.speed, step.state.gain), "slower"))
    repeat(step, said)


def louder(step: Step, said: tuple[object, ...]) -> None:
    step.change(gain=step.world.settings.loud_gain)
    step.do(Say(Speech(step.text("louder"), True, step.state.lang, step.state.speed, step.state.gain), "louder"))
    repeat(step, said)
