"""What a record of an incident is: the four headings that a report to the city has, and what may have been hit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from knowledge.errors import InvalidInput, Problem
from knowledge.privacy.redacted import RedactedText

Kind = Literal["personal_data", "failure", "other"]
State = Literal["open", "reported", "closed"]
KIND_LABELS: Mapping[Kind, str] = {"personal_data": "個人情報の事故", "failure": "障害", "other": "その他"}
STATE_LABELS: Mapping[State, str] = {"open": "対応中", "reported": "市へ報告済み", "closed": "完了"}
HEADINGS: Mapping[str, str] = {
    "course": "経緯",
    "scope": "影響範囲",
    "recovery": "復旧",
    "prevention": "再発防止",
}
_EMPTY = RedactedText("")


@dataclass(frozen=True, slots=True)
class Affected:
    """Which records may be hit: received in a time, answered with an FAQ (of a version; 0 is any), by an operator."""

    begins_at: datetime | None = None
    ends_at: datetime | None = None
    faq_id: str = ""
    faq_version: int = 0
    operator: str = ""

    @property
    def asks(self) -> bool:
        """Whether anything was chosen: an empty query is not every record."""
        return bool(self.begins_at or self.ends_at or self.faq_id or self.operator)


@dataclass(frozen=True, slots=True)
class IncidentContent:
    kind: Kind
    title: RedactedText
    found_at: datetime
    course: RedactedText = _EMPTY
    scope: RedactedText = _EMPTY
    recovery: RedactedText = _EMPTY
    prevention: RedactedText = _EMPTY
    affected: Affected = field(default_factory=Affected)


@dataclass(frozen=True, slots=True)
class Note:
    """One entry of the timeline; never changed."""

    at: datetime
    who: str
    text: RedactedText


@dataclass(frozen=True, slots=True)
class Incident:
    incident_id: str
    state: State
    content: IncidentContent
    revision: int
    opened_by: str
    opened_at: datetime
    reported_to: str
    reported_at: datetime | None
    updated_by: str
    updated_at: datetime


def check_content(content: IncidentContent, state: State) -> None:
    """Raises InvalidInput that names every field."""
    problems = [] if content.title.strip() else [Problem("件名を入力してください。", column="title")]
    if state == "closed":
        problems += [
            Problem(f"完了にする前に「{label}」を書いてください。", column=name)
            for name, label in HEADINGS.items()
            if not getattr(content, name).strip()
        ]
    hit = content.affected
    if hit.begins_at and hit.ends_at and hit.begins_at >= hit.ends_at:
        problems.append(Problem("終わりは、始まりより後にしてください。", column="ends_at"))
    if problems:
        raise InvalidInput("入力を確認してください。", problems)
