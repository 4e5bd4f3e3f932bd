"""A look at an assist session as screens and programs get it: approved answers with where to pass the call on."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

from desk.assist.model import AssistState, HandedCall, Suggestion
from knowledge.domain import FaqEntry
from knowledge.profile import CityProfile, department_named, departments_for, directory_on
from voicebot.speech.normalise import for_reading

Entry = Callable[[str], FaqEntry | None]
"""The published FAQ with this number that an operator may see."""
_RELATED = 3
_SURE_AT, _LIKELY_AT = 0.7, 0.4
_FOUND = 5
_BOOKING = {"required": "予約が必要", "recommended": "予約をお勧め", "not_needed": "予約は不要", "unknown": "市に確認"}
_TITLES = {"clarify": "聞き返すと絞れます", "refuse": "お断りする用件です"}
_REASONS = {
    "low_confidence": "該当なし",
    "unresolved": "該当なし",
    "asked_for_person": "担当者を希望",
    "individual_case": "個別の事情の確認が必要",
    "complaint": "苦情",
    "other_department": "ほかの課の担当",
    "other_city": "ほかの市区町村",
    "emergency": "緊急",
    "distress": "心身の危険",
    "personal_data": "個人情報を含む",
}


class AssistView:
    def __init__(self, profile: CityProfile, entry: Entry, today: Callable[[], date]) -> None:
        self._whole = profile
        self._today = today
        self._entry = entry

    @property
    def _profile(self) -> CityProfile:
        """Without the entries of the directory that have expired."""
        return directory_on(self._whole, self._today())

    def brief(self, state: AssistState, first: int | None = None) -> dict[str, Any]:
        """Without what was said, or with the pieces from number `first` on."""
        made: dict[str, Any] = {
            "session_id": state.session_id,
            "record_id": state.record_id,
            "revision": state.revision,
            "heard": len(state.transcript),
            "asked": sum(1 for one in state.transcript if one.speaker == "citizen"),
            "needs": state.needs,
            "suggestions": [self._card(one) for one in state.suggestions],
            "used": [self._card(one) for one in state.used],
            "advice": state.advice,
            "advice_reason": state.advice_reason,
            "advice_title": _title(state),
            "advice_text": state.advice_text,
            "advice_options": state.advice_options,
            "hand_over_to": state.hand_over_to,
            "hand_over_phone": state.hand_over_phone,
            "hand_over_reading": for_reading(state.hand_over_phone),
            "notes": state.notes,
            "hand_raised": state.hand_raised_at is not None,
            "memos": state.memos,
            "handed": self.handed(state.handed) if state.handed else None,
        }
        if first is None:
            return made
        return made | {"first": first, "segments": state.transcript[first:], "interim": state.interim}

    def handed(self, call: HandedCall) -> dict[str, Any]:
        """What the voicebot heard before it handed a call over, without the lines themselves."""
        given = [(faq_id, version, self._entry(faq_id)) for faq_id, version in call.given]
        return {
            "call_id": call.call_id,
            "at": call.at,
            "reason": call.reason,
            "reason_label": _REASONS.get(call.reason, "該当なし"),
            "need": call.need,
            "given": [{"faq_id": i, "version": v, "question": one.question if one else ""} for i, v, one in given],
            "lang": call.lang,
            "calls_back": call.calls_back,
        }

    def directory(self, text: str) -> list[dict[str, str]]:
        """Where a matter goes by its words or by the name of the department (案内先), with the number as it is read out."""
        named = [one for one in self._profile.departments if text and text in one.name]
        found = dict.fromkeys([*named, *departments_for(self._profile, text)])
        return [_target(one.name, one.phone, one.note) for one in found][:_FOUND]

    def targets(self) -> list[dict[str, str]]:
        """Everybody a call can be passed on to, those who take over first."""
        people = [_target(one.department, one.phone, one.note) for one in self._profile.escalation]
        offices = [_target(one.name, one.phone, one.note) for one in self._profile.departments]
        return list({one["name"]: one for one in reversed([*people, *offices])}.values())[::-1]

    def venues(self) -> list[dict[str, Any]]:
        """Where cards are applied for and handed out, with hours and whether to book (交付場所)."""
        return [
            {
                "name": one.name,
                "place": one.place,
                "hours": one.hours.text if one.hours else "",
                "booking": _BOOKING[one.booking],
                "services": one.services,
                "phone": one.phone,
                "reading": for_reading(one.phone),
                "note": one.note,
            }
            for one in self._whole.venues
        ]

    def _card(self, one: Suggestion) -> dict[str, Any]:
        entry = self._entry(one.faq_id)
        phone = (entry.contact_phone if entry else "") or self._phone(one.department)
        related = [(faq_id, other.question) for faq_id in one.related_ids if (other := self._entry(faq_id))]
        return asdict(one) | {
            "band": band(one.confidence),
            "phone": phone,
            "phone_reading": for_reading(phone),
            "forms": entry.forms if entry else (),
            "related": [{"faq_id": faq_id, "question": question} for faq_id, question in related[:_RELATED]],
        }

    def _phone(self, department: str) -> str:
        found = department_named(self._profile, department)
        if found is not None:
            return found.phone
        return next((one.phone for one in self._profile.escalation if one.department == department), "")


def _title(state: AssistState) -> str:
    """What the advice is about; empty when the answers speak for themselves."""
    if state.advice == "handoff":
        return f"{_REASONS.get(state.advice_reason, '該当なし')}：取次ぎ・案内先"
    return _TITLES.get(state.advice, "")


def band(confidence: float) -> str:
    """How sure the search is, in one of three words."""
    if confidence >= _SURE_AT:
        return "high"
    return "middle" if confidence >= _LIKELY_AT else "low"


def _target(name: str, phone: str, note: str) -> dict[str, str]:
    return {"name": name, "phone": phone, "reading": for_reading(phone), "note": note}
