"""The editor's form: its fields as text, the entry they make, and what cannot be read."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import cast

from api.web.staff.show import HANDOFF_LABELS
from knowledge.domain import FaqEntry, HandoffReason, Referral, Visibility
from knowledge.errors import InvalidInput, Problem
from knowledge.faq.content import check_entry
from knowledge.faq.csv_export import cells_of
from knowledge.faq.dates import parse_day

FIELDS = (
    "question", "alt_questions", "answer", "answer_voice", "answer_easy", "category", "subcategory", "tags", "department", "evidence",
    "url", "related_ids", "forms", "contact_phone", "valid_from", "valid_to", "review_due", "visibility", "review_note", "facets",
    "handoff_department", "handoff_phone", "handoff_reason",
)  # fmt: skip
_DAYS = ("valid_from", "valid_to", "review_due")
Values = dict[str, str]


def values_of(entry: FaqEntry) -> Values:
    """What the form shows for an entry."""
    cells = cells_of(entry)
    values = {name: cells[name] for name in FIELDS}
    values |= {"tags": "、".join(entry.tags), "related_ids": "、".join(entry.related_ids)}
    values["facets"] = "\n".join(f"{name}：{value}" for name, value in entry.facets)
    return values


def sent_values(texts: Mapping[str, str]) -> Values:
    """What was typed, line breaks as this computer writes them."""
    return {name: texts.get(name, "").replace("\r\n", "\n") for name in FIELDS}


def entry_of(values: Values, base: FaqEntry) -> FaqEntry:
    """`base` with the typed content. Raises InvalidInput with every problem of every field."""
    entry, problems = read_entry(values, base)
    checked = check_entry(entry)
    problems += checked.problems
    if problems:
        raise InvalidInput("まだ保存していません。次の点を直してから、もう一度保存してください。", problems)
    return checked.entry


def read_entry(values: Values, base: FaqEntry) -> tuple[FaqEntry, list[Problem]]:
    """The entry as far as the fields can be read; fields that cannot keep what `base` has."""
    problems: list[Problem] = []
    valid_from, valid_to, review_due = (_day(values[name], name, problems) for name in _DAYS)
    visibility: Visibility = "operator" if values["visibility"] == "operator" else "public"
    entry = replace(
        base,
        question=values["question"],
        answer=values["answer"],
        answer_voice=values["answer_voice"],
        answer_easy=values["answer_easy"],
        alt_questions=(values["alt_questions"],),
        category=values["category"],
        subcategory=values["subcategory"],
        tags=(values["tags"],),
        department=values["department"],
        evidence=values["evidence"],
        url=values["url"],
        related_ids=(values["related_ids"],),
        forms=(values["forms"],),
        contact_phone=values["contact_phone"],
        visibility=visibility,
        review_note=values["review_note"],
        facets=_facets(values["facets"], problems),
        referral=_referral(values, problems),
        valid_from=valid_from,
        valid_to=valid_to,
        review_due=review_due,
    )
    return entry, problems


def _day(text: str, name: str, problems: list[Problem]) -> date | None:
    if not text.strip():
        return None
    try:
        return parse_day(text)
    except ValueError as exc:
        problems.append(Problem(str(exc), column=name))
        return None


def _facets(text: str, problems: list[Problem]) -> tuple[tuple[str, str], ...]:
    found = []
    for line in filter(str.strip, text.split("\n")):
        name, colon, value = line.replace(":", "：", 1).partition("：")
        if not colon or not name.strip() or not value.strip():
            problems.append(Problem(f"「{line[:20]}」を「名前：値」の形で書いてください。", column="facets"))
            continue
        found.append((name.strip(), value.strip()))
    return tuple(found)


def _referral(values: Values, problems: list[Problem]) -> Referral | None:
    department, phone = values["handoff_department"].strip(), values["handoff_phone"].strip()
    if not department and not phone:
        return None
    if not department:
        problems.append(Problem("取次先の課の名前を入力してください。", column="handoff_department"))
    reason = values["handoff_reason"] if values["handoff_reason"] in HANDOFF_LABELS else "other_department"
    return Referral(department, phone, cast(HandoffReason, reason))
