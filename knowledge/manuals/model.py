"""What a manual is: a text in versions, of a kind, for an audience, in force from a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from knowledge.errors import InvalidInput, Problem
from knowledge.privacy.redacted import RedactedText

Kind = Literal["work", "running", "training", "system", "complaint", "crisis", "other"]
Audience = Literal["everyone", "managers"]
KINDS: Mapping[Kind, str] = {
    "work": "業務",
    "running": "運営",
    "training": "研修",
    "system": "システムの操作",
    "complaint": "苦情・クレーム",
    "crisis": "危機管理",
    "other": "その他",
}
AUDIENCES: Mapping[Audience, str] = {"everyone": "全員", "managers": "責任者・編集者・市"}
MAX_TITLE_CHARS = 200
MAX_BODY_CHARS = 500_000
MAX_REASON_CHARS = 500


@dataclass(frozen=True, slots=True)
class ManualContent:
    title: RedactedText
    kind: Kind
    audience: Audience
    valid_from: date
    body: RedactedText


@dataclass(frozen=True, slots=True)
class ManualVersion:
    """Never changed once saved."""

    number: int
    content: ManualContent
    reason: RedactedText
    saved_by: str
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Withdrawal:
    at: datetime
    who: str
    why: RedactedText


@dataclass(frozen=True, slots=True)
class Manual:
    """`shown` is the version in force; before the first day of the first one, that first one."""

    manual_id: str
    last_number: int
    shown: ManualVersion
    withdrawn: Withdrawal | None = None

    def in_force(self, day: date) -> bool:
        return self.withdrawn is None and self.shown.content.valid_from <= day


def check_content(content: ManualContent, reason: str, *, first: bool) -> None:
    """Raises InvalidInput that names every field."""
    problems = []
    if not content.title.strip() or len(content.title) > MAX_TITLE_CHARS:
        problems.append(Problem(f"題名を{MAX_TITLE_CHARS}文字以内で入力してください。", column="title"))
    if not content.body.strip():
        problems.append(Problem("本文を書くか、ファイルを選んでください。", column="body"))
    if len(content.body) > MAX_BODY_CHARS:
        text = f"本文は{MAX_BODY_CHARS:,}文字以内にしてください。長いものは、分けて登録してください。"
        problems.append(Problem(text, column="body"))
    if len(reason) > MAX_REASON_CHARS or not (first or reason.strip()):
        problems.append(Problem(f"変えた理由を{MAX_REASON_CHARS}文字以内で入力してください。", column="reason"))
    if problems:
        raise InvalidInput("入力を確認してください。", problems)
