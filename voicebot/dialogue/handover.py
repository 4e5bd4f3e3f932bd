"""Handing over to a person, or to a call-back when nobody can take the call."""

from typing import Literal

from knowledge.domain import Handoff, HandoffReason
from knowledge.privacy.redacted import approved
from voicebot.dialogue.actions import StoreCallback, Transfer
from voicebot.dialogue.digits import is_phone_number, may_become_phone_number, read_back, spoken_digits
from voicebot.dialogue.step import Step
from voicebot.dialogue.words import yes_no
from voicebot.domain import Outcome

_ELSEWHERE: tuple[HandoffReason, ...] = ("other_department", "other_city")
"""Reasons that end in another office's number instead of our operator."""


def hand_over(step: Step, reason: HandoffReason, handoff: Handoff | None = None) -> None:
    """Say why, then connect; outside hours or when all are busy, offer a call-back."""
    department, phone = (handoff.department, handoff.phone) if handoff else ("", "")
    step.change(handoff=reason, department=department, phone=phone, delivered=False, confirmed=False)
    _explain(step, reason, handoff)
    if reason in _ELSEWHERE:
        step.say("ask_more")
        step.go("more", delivered=True, reasks=0)
        step.listen()
    elif step.state.open and not step.state.overflow:
        step.go("transferring")
        step.do(Transfer(step.packet(reason)))
    else:
        _nobody(step)


def _explain(step: Step, reason: HandoffReason, handoff: Handoff | None) -> None:
    told = reason in (*_ELSEWHERE, "language", "emergency", "distress")
    if handoff is not None and handoff.message and (told or handoff.urgent):
        step.say_text(approved(handoff.spoken or handoff.message), interruptible=reason != "emergency")
        return
    if reason == "other_department" and not step.state.department:
        reason = "low_confidence"
    step.say(
        f"handoff_{reason}",
        interruptible=reason != "emergency",
        department=step.state.department,
        phone=step.state.phone,
    )


def transferred(step: Step, ok: bool) -> None:
    if ok:
        step.say("transferring", interruptible=False)
        step.hang_up("handed_over", str(step.state.handoff or ""))
    else:
        _nobody(step)


def _nobody(step: Step) -> None:
    step.say("nobody" if step.state.open else "closed")
    offer(step)


def offer(step: Step) -> None:
    step.say("offer_callback")
    step.go("offer_callback", digits="", silences=0, reasks=0)
    step.listen("short")


def offered(step: Step, text: str) -> None:
    """Reply to 「折り返しをご希望ですか」; a number said at once counts as yes."""
    reply = _reply_or_number(step, text)
    if reply == "number":
        return
    if reply == "yes":
        ask_number(step)
    elif reply == "no" or step.state.reasks >= step.world.settings.max_reasks:
        decline(step)
    else:
        step.change(reasks=step.state.reasks + 1)
        step.say("offer_callback")
        step.listen("short")


def ask_number(step: Step) -> None:
    step.say("callback_number")
    step.go("callback_number", digits="", reasks=0)
    step.listen("digits")


def decline(step: Step) -> None:
    answered = bool(step.state.answered) and not step.state.handoff
    _end(step, "callback_declined", "completed" if answered else "abandoned", "callback_declined")


def number_said(step: Step, text: str) -> None:
    collect(step, step.state.digits + spoken_digits(text), pressed=False)


def number_pressed(step: Step, key: str) -> None:
    """Keys: digits add up, # ends, * starts again."""
    if key == "*":
        ask_number(step)
    elif key == "#":
        collected(step, step.state.digits)
    else:
        collect(step, step.state.digits + key, pressed=True)


def collect(step: Step, digits: str, *, pressed: bool) -> None:
    """Go on collecting while the digits may still become a number; otherwise check what is there."""
    if may_become_phone_number(digits):
        step.change(digits=digits)
        if not pressed:
            step.say("callback_more")
        step.listen("digits")
    else:
        collected(step, digits)


def collected(step: Step, digits: str) -> None:
    """Read the number back digit by digit, or ask again."""
    if is_phone_number(digits):
        step.say("callback_confirm", secret=True, number=read_back(digits, step.state.lang))
        step.go("callback_confirm", digits=digits, reasks=0)
        step.listen("short")
    elif step.state.reasks >= step.world.settings.max_reasks:
        _end(step, "callback_failed", "abandoned", "no_number")
    else:
        step.change(reasks=step.state.reasks + 1, digits="")
        step.say("callback_wrong")
        step.go("callback_number")
        step.listen("digits")


def confirmed(step: Step, text: str) -> None:
    """Reply to the number read back; a full number said instead corrects it, and a reply that stays unclear stores nothing."""
    reply = _reply_or_number(step, text)
    if reply == "number":
        return
    if reply == "yes":
        store(step)
    elif reply == "no":
        ask_number(step)
    elif step.state.reasks >= step.world.settings.max_reasks:
        _end(step, "callback_failed", "abandoned", "no_number")
    else:
        step.change(reasks=step.state.reasks + 1)
        step.say("callback_confirm", secret=True, number=read_back(step.state.digits, step.state.lang))
        step.listen("short")


def _reply_or_number(step: Step, text: str) -> Literal["number", "yes", "no", ""]:
    """What a reply to yes or no means; a whole telephone number said instead is taken at once."""
    digits = spoken_digits(text)
    if not is_phone_number(digits):
        return yes_no(text).meaning
    collected(step, digits)
    return "number"


def store(step: Step) -> None:
    reason: HandoffReason = step.state.handoff or "asked_for_person"
    step.go("storing")
    step.do(StoreCallback(step.state.digits, step.packet(reason)))


def stored(step: Step, ticket: str) -> None:
    step.change(digits="")
    if ticket:
        _end(step, "callback_stored", "callback", str(step.state.handoff or ""), ticket=ticket)
    else:
        _end(step, "callback_failed", "abandoned", "callback_failed")


def _end(step: Step, last: str, outcome: Outcome, reason: str, ticket: str = "") -> None:
    """The last sentence, the farewell, and the line is let go."""
    step.say(last, ticket=ticket)
    step.say("goodbye", interruptible=False)
    step.hang_up(outcome, reason)
