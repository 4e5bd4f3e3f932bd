"""From an open question to an approved answer: asking, asking back, confirming what was heard, 「解決しましたか」."""

from knowledge.domain import Answer, FaqEntry
from knowledge.privacy.redacted import RedactedText, approved
from voicebot.dialogue.actions import Ask
from voicebot.dialogue.events import Heard
from voicebot.dialogue.handover import hand_over
from voicebot.dialogue.step import Step, end_outcome
from voicebot.dialogue.words import best_label, none_of_these, ordinal, wish, yes_no


def ask(step: Step, heard: Heard, text: RedactedText | None = None) -> None:
    """Put what was heard to the answer path; the reply comes back as Answered."""
    said = text or heard.masked
    step.go("asking", need=said, pending=None, delivered=False, confirmed=False)
    confidence = None if heard.typed else heard.confidence
    told = step.state.answered[-1][0] if step.state.answered else ""
    step.do(Ask(said, heard.kinds, confidence, step.state.lang, told))


def ask_again(step: Step, key: str = "ask_other_words") -> None:
    """Ask back, at most `max_reasks` times in a row, then a person."""
    if step.state.reasks >= step.world.settings.max_reasks:
        hand_over(step, "unresolved")
        return
    step.say(key)
    step.go("question", reasks=step.state.reasks + 1, pending=None)
    step.listen()


def answered(step: Step, answer: Answer, confidence: float | None) -> None:
    """Speak, ask back, hand over or refuse as the policy decided."""
    if answer.action == "handoff" and answer.handoff is not None:
        hand_over(step, answer.handoff.reason, answer.handoff)
    elif answer.action == "clarify" and answer.clarify is not None:
        _clarify(step, answer)
    elif answer.action == "answer" and answer.answer is not None:
        if confidence is not None and confidence < step.world.confirm_below:
            _confirm(step, answer)
        else:
            give(step, answer)
    else:
        if answer.message:
            step.say_text(approved(answer.message))
        ask_again(step, "ask_next" if answer.message else "ask_other_words")


def give(step: Step, answer: Answer) -> None:
    """The approved text, then 「解決しましたか」."""
    assert answer.answer is not None
    found = answer.answer
    text = approved(found.spoken_text or found.text)
    step.say_text(text, key="answer", lang=found.lang, answer=answer, faq=(found.faq_id, found.version))
    _ask_resolved(step, (found.faq_id, found.version))


def _give_entry(step: Step, answer: Answer, entry: FaqEntry) -> None:
    text = approved(entry.answer_voice or entry.answer)
    step.say_text(text, key="answer", lang=entry.lang, answer=answer, faq=(entry.faq_id, entry.version))
    _ask_resolved(step, (entry.faq_id, entry.version))


def _ask_resolved(step: Step, faq: tuple[str, int]) -> None:
    first = not step.state.answered
    step.say("resolved" if first or not step.state.hearing else "resolved_short")
    step.go("resolved", answered=(*step.state.answered, faq), pending=None, delivered=True)
    step.listen("short")


def _confirm(step: Step, answer: Answer) -> None:
    assert answer.answer is not None
    step.say("confirm", subject=answer.answer.question.rstrip("。？?"))
    step.go("confirm", pending=answer)
    step.listen("short")


def confirm_reply(step: Step, heard: Heard) -> None:
    reply = yes_no(heard.text)
    if reply.meaning == "yes" and step.state.pending is not None:
        step.change(reasks=0)
        give(step, step.state.pending)
    elif reply.meaning == "no":
        _no_with_rest(step, heard, reply.rest)
    else:
        ask(step, heard)


def _no_with_rest(step: Step, heard: Heard, rest: str) -> None:
    """「いいえ、住所変更です」: the rest is the new question."""
    if len(rest) >= 4:
        ask(step, heard)
    else:
        ask_again(step)


def _clarify(step: Step, answer: Answer) -> None:
    assert answer.clarify is not None
    if step.state.reasks >= step.world.settings.max_reasks:
        hand_over(step, "unresolved")
        return
    step.say_text(approved(answer.clarify.prompt))
    for number, option in enumerate(answer.clarify.options, start=1):
        step.say("option", number=str(number), label=option.label)
    step.say("choose")
    labels = tuple(option.label for option in answer.clarify.options)
    step.go("clarify", pending=answer, reasks=step.state.reasks + 1)
    step.listen("open", labels)


def clarify_reply(step: Step, heard: Heard) -> None:
    """An ordinal, the option's words, 「どれでもない」, or a fresh question."""
    pending = step.state.pending
    assert pending is not None
    assert pending.clarify is not None
    labels = tuple(option.label for option in pending.clarify.options)
    if none_of_these(heard.text):
        ask_again(step)
        return
    chosen = ordinal(heard.text, len(labels))
    if chosen is None:
        chosen = best_label(heard.text, labels)
    if chosen is not None:
        choose(step, chosen, heard)
    else:
        ask(step, heard, _joined(step.state.need, heard.masked))


def choose(step: Step, index: int, heard: Heard | None = None) -> None:
    """Answer with the chosen FAQ from the candidates, or ask again with its name added."""
    pending = step.state.pending
    assert pending is not None
    assert pending.clarify is not None
    option = pending.clarify.options[index]
    for hit in pending.candidates:
        if hit.entry.faq_id == option.faq_id:
            _give_entry(step, pending, hit.entry)
            return
    joined = _joined(step.state.need, approved(option.label))
    ask(step, heard or Heard(joined, joined), joined)


def _joined(first: RedactedText, second: RedactedText) -> RedactedText:
    # Both parts were redacted on their own and are joined by a space, so no number can grow across the seam.
    return RedactedText(f"{first} {second}")


def resolved_reply(step: Step, heard: Heard) -> None:
    reply = yes_no(heard.text)
    if reply.meaning == "yes":
        solved(step)
        if len(reply.rest) >= 6 and not wish(reply.rest):
            ask(step, heard)
    elif reply.meaning == "no":
        if len(reply.rest) >= 6:
            step.change(delivered=False)
            ask(step, heard)
        else:
            not_solved(step)
    else:
        ask(step, heard)


def solved(step: Step) -> None:
    step.say("ask_more")
    step.go("more", confirmed=True, reasks=0)
    step.listen("short")


def not_solved(step: Step) -> None:
    step.change(delivered=False, confirmed=False)
    ask_again(step)


def more_reply(step: Step, heard: Heard) -> None:
    reply = yes_no(heard.text)
    if reply.meaning == "no" and len(reply.rest) < 6:
        goodbye(step)
    elif reply.meaning == "yes" and len(reply.rest) < 6:
        step.say("ask_next")
        step.go("question", reasks=0)
        step.listen()
    else:
        ask(step, heard)


def goodbye(step: Step) -> None:
    outcome = end_outcome(step.state)
    step.say("goodbye_solved" if outcome == "confirmed" else "goodbye", interruptible=False)
    step.hang_up(outcome, "goodbye")
