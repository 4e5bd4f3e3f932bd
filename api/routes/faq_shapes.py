"""FAQ as JSON: what editors send and what they get back."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from api.routes.fields import Body, LangName, Revision
from eval.publication import Check
from knowledge.domain import FaqEntry, FaqStatus, HandoffReason, Referral, Visibility
from knowledge.faq.diff import FieldDiff
from knowledge.faq.records import FaqRecord, FaqVersion

_Words = list[str]


class ReferralShape(Body):
    department: str = Field(max_length=200)
    phone: str = Field(default="", max_length=200)
    reason: HandoffReason = "other_department"


class FaqContent(Body):
    """Fields of an FAQ that can be written; lengths and contents are checked by the FAQ service with row and column."""

    question: str = Field(max_length=1_000)
    answer: str = Field(max_length=20_000)
    alt_questions: _Words = Field(default=[], max_length=500)
    answer_voice: str = Field(default="", max_length=4_000)
    answer_easy: str = Field(default="", max_length=20_000)
    category: str = ""
    subcategory: str = ""
    tags: _Words = Field(default=[], max_length=500)
    department: str = ""
    evidence: str = ""
    url: str = ""
    related_ids: _Words = Field(default=[], max_length=500)
    forms: _Words = Field(default=[], max_length=100, description="様式とリンク。一つに名前とURL")
    contact_phone: str = Field(default="", max_length=200)
    valid_from: date | None = None
    valid_to: date | None = None
    review_due: date | None = None
    visibility: Visibility = "public"
    review_note: str = ""
    facets: list[tuple[str, str]] = Field(default=[], max_length=30)
    referral: ReferralShape | None = None


class NewFaq(FaqContent):
    faq_id: str = Field(default="", max_length=64)
    lang: LangName = "ja"


class FaqShape(FaqContent):
    """The working copy of an FAQ."""

    faq_id: str
    lang: str
    status: FaqStatus
    revision: int
    live_version: int
    stale: bool
    drafters: _Words
    approver: str
    updated_at: datetime
    updated_by: str


class MovedShape(BaseModel):
    """One test question: what is done with it now and after the publication."""

    question: str
    kind: str
    before: str
    before_faq: str
    after: str
    after_faq: str


class ImpactShape(BaseModel):
    """What a publication does to the recorded test questions."""

    looked_at: int
    touched: int
    advice: Literal["ok", "warn", "block"]
    sentences: list[str]
    moved: list[MovedShape]


class CheckedFaqShape(FaqShape):
    """`impact`: empty where the city has no test questions, the check is off, or it failed (`check_error`)."""

    impact: ImpactShape | None = None
    check_error: str = ""


class FaqPageShape(BaseModel):
    items: list[FaqShape]
    total: int


class VersionShape(FaqContent):
    faq_id: str
    lang: str
    version: int
    author: str
    approver: str
    published_by: str
    published_at: datetime
    reason: str


class StepBody(Body):
    revision: Revision
    lang: LangName = "ja"
    reason: str = Field(default="", max_length=1_000)
    minor: bool = False


class PublicStepBody(StepBody):
    """A step that citizens notice."""

    confirm: bool = Field(default=False, description="テスト質問への影響を承知のうえで公開する")
    override_reason: str = Field(default="", max_length=500, description="止められた公開を行う理由（権限が必要）")


class RollbackBody(PublicStepBody):
    version: int = Field(ge=1, le=2**31 - 1)


def entry_of(content: FaqContent, faq_id: str, lang: str) -> FaqEntry:
    referral = content.referral
    return FaqEntry(
        faq_id=faq_id,
        lang=lang,
        question=content.question,
        answer=content.answer,
        alt_questions=tuple(content.alt_questions),
        answer_voice=content.answer_voice,
        answer_easy=content.answer_easy,
        category=content.category,
        subcategory=content.subcategory,
        tags=tuple(content.tags),
        department=content.department,
        evidence=content.evidence,
        url=content.url,
        related_ids=tuple(content.related_ids),
        forms=tuple(content.forms),
        contact_phone=content.contact_phone,
        valid_from=content.valid_from,
        valid_to=content.valid_to,
        review_due=content.review_due,
        visibility=content.visibility,
        review_note=content.review_note,
        facets=tuple((name, value) for name, value in content.facets),
        referral=Referral(referral.department, referral.phone, referral.reason) if referral else None,
    )


def record_shape(record: FaqRecord) -> FaqShape:
    return FaqShape(
        **_content(record.entry),
        status=record.entry.status,
        revision=record.revision,
        live_version=record.live_version,
        stale=record.stale,
        drafters=list(record.drafters),
        approver=record.approver,
        updated_at=record.updated_at,
        updated_by=record.updated_by,
    )


def checked_shape(record: FaqRecord, check: Check | None) -> CheckedFaqShape:
    impact = check.found if check else None
    shown = ImpactShape.model_validate(asdict(impact)) if impact else None
    return CheckedFaqShape(**record_shape(record).model_dump(), impact=shown, check_error=check.error if check else "")


def version_shape(version: FaqVersion) -> VersionShape:
    return VersionShape(
        **_content(version.entry),
        version=version.entry.version,
        author=version.author,
        approver=version.approver,
        published_by=version.published_by,
        published_at=version.published_at,
        reason=version.reason,
    )


def content_of(entry: FaqEntry) -> dict[str, Any]:
    """The writable fields of an entry, for a partial change."""
    fields = _content(entry)
    return {name: fields[name] for name in FaqContent.model_fields}


def diff_shape(fields: tuple[FieldDiff, ...]) -> list[dict[str, Any]]:
    return [
        {
            "field": one.field,
            "label": one.label,
            "parts": [{"kind": part.kind, "text": part.text} for part in one.parts],
        }
        for one in fields
    ]


def _content(entry: FaqEntry) -> dict[str, Any]:
    referral = entry.referral
    return {
        "faq_id": entry.faq_id,
        "lang": entry.lang,
        **{name: getattr(entry, name) for name in FaqContent.model_fields if name not in _LISTS and name != "referral"},
        **{name: list(getattr(entry, name)) for name in _LISTS},
        "referral": referral
        and {"department": referral.department, "phone": referral.phone, "reason": referral.reason},
    }


_LISTS = ("alt_questions", "tags", "related_ids", "forms", "facets")
