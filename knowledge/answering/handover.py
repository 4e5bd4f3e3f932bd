"""Where a person takes over, and the sentence that says so."""

from collections.abc import Callable, Sequence
from datetime import date

from knowledge.answering.messages import message
from knowledge.answering.spoken import spoken_text
from knowledge.domain import FaqEntry, Handoff, HandoffReason, Hit
from knowledge.profile import CityProfile, departments_for, directory_on

_NAMES_AN_OFFICE_AT = 0.1
"""Probability from which a referral FAQ names the office; below, 4 of 5 of the evaluation questions no topic of the directory
stands in were sent to the wrong one."""


class Handovers:
    """Finds the department and phone for each reason from the city's profile."""

    def __init__(self, profile: CityProfile, today: Callable[[], date] = lambda: date.min) -> None:
        """`today`: entries of the directory that have expired by then are not named."""
        self._profile = profile
        self._today = today

    def handoff(
        self,
        reason: HandoffReason,
        text: str,
        lang: str,
        top: FaqEntry | None = None,
        *,
        nothing_asked: bool = False,
        harm_done: bool = False,
        first: FaqEntry | None = None,
    ) -> Handoff:
        """The hand-over for `reason`; `top` is the best FAQ found, which may name the department itself. `harm_done`: the
        person is told what to do at once, too, in the approved words of `first` where an FAQ has them."""
        department, phone = self._target(reason, text, top)
        key: str = "nothing_asked" if nothing_asked and reason == "low_confidence" and lang == "ja" else reason
        if harm_done and lang == "ja":
            return self._after_harm(reason, department, phone, first)
        if reason == "other_department" and department == self._profile.centre.name:
            key = (
                "low_confidence" if lang == "ja" else "language"
            )  # nobody else is known: do not send people in a circle
        if reason == "other_department" and top is not None and top.referral is not None and lang == top.lang:
            return Handoff(reason, department, phone, top.answer, spoken=spoken_text(top))
        return Handoff(reason, department, phone, message(key, lang, department, phone), urgent=harm_done)

    def _after_harm(self, reason: HandoffReason, department: str, phone: str, first: FaqEntry | None) -> Handoff:
        key = "after_first_help" if first else "harm_done"
        written, spoken = message(key, "ja", department, phone), message(f"{key}_spoken", "ja")
        if first is not None:
            written, spoken = f"{first.answer}\n{written}", f"{spoken_text(first)}\n{spoken}"
        stop = self._stop_line()
        return Handoff(reason, department, phone, written.replace("{stop}", stop), True, spoken.replace("{stop}", stop))

    def knows_another_body(self, text: str) -> bool:
        """Whether the words name a matter of somebody outside the city's own offices."""
        named = departments_for(directory_on(self._profile, self._today()), text)
        return bool(named) and named[0].keeper != "city"

    def sentence(self, key: str, lang: str) -> str:
        """A fixed sentence without a target of its own (refusals)."""
        return message(key, lang, self._profile.centre.name, self._profile.centre.phone)

    def _stop_line(self) -> str:
        """Who stops a lost card, day and night, as the city's directory has it."""
        named = departments_for(directory_on(self._profile, self._today()), "一時停止")
        return f"{named[0].name}（{named[0].phone}）" if named and named[0].phone else self._profile.centre.name

    def _target(self, reason: HandoffReason, text: str, top: FaqEntry | None) -> tuple[str, str]:
        profile = directory_on(self._profile, self._today())
        if reason == "other_department":
            named = departments_for(profile, text)
            if top is not None and top.referral is not None and not (named and named[0].name in top.answer):
                return top.referral.department, top.referral.phone
            if named:
                return named[0].name, named[0].phone
        if reason in ("emergency", "distress"):
            for contact in profile.emergency:
                if contact.kind == reason:
                    return contact.name, contact.phone
        purpose = {"complaint": "complaint", "individual_case": "individual_case"}.get(reason)
        for person in profile.escalation:
            if person.purpose == purpose:
                return person.department, person.phone
        return profile.centre.name, profile.centre.phone


def knows_the_office(hits: Sequence[Hit]) -> bool:
    """Whether the best hit, if it refers people elsewhere, is near enough to say where to; else only the directory does."""
    best = hits[0] if hits else None
    return best is not None and (best.entry.referral is None or best.confidence >= _NAMES_AN_OFFICE_AT)
