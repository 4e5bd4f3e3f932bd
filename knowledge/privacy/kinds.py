"""Kinds of personal data and the labels that replace them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from knowledge.text.late_pattern import late_pattern


class Kind(StrEnum):
    MY_NUMBER = "my_number"
    PHONE = "phone"
    NAME = "name"
    ADDRESS = "address"
    BIRTH_DATE = "birth_date"
    LICENCE = "licence"
    PENSION = "pension"
    INSURANCE = "insurance"
    BANK_ACCOUNT = "bank_account"
    APPLICATION_ID = "application_id"
    EMAIL = "email"
    SECRET = "secret"  # noqa: S105 - a kind of datum, not a secret
    RESIDENCE_CARD = "residence_card"
    PASSPORT = "passport"
    CREDIT_CARD = "credit_card"
    SERIAL = "serial"
    OTHER_NUMBER = "other_number"


LABELS: dict[str, str] = {
    Kind.MY_NUMBER: "【個人番号】",
    Kind.PHONE: "【電話番号】",
    Kind.NAME: "【氏名】",
    Kind.ADDRESS: "【住所】",
    Kind.BIRTH_DATE: "【生年月日】",
    Kind.LICENCE: "【運転免許証番号】",
    Kind.PENSION: "【基礎年金番号】",
    Kind.INSURANCE: "【保険証番号】",
    Kind.BANK_ACCOUNT: "【口座番号】",
    Kind.APPLICATION_ID: "【申請書ID】",
    Kind.EMAIL: "【メールアドレス】",
    Kind.SECRET: "【暗証番号】",
    Kind.RESIDENCE_CARD: "【在留カード番号】",
    Kind.PASSPORT: "【旅券番号】",
    Kind.CREDIT_CARD: "【カード番号】",
    Kind.SERIAL: "【受付番号】",
    Kind.OTHER_NUMBER: "【番号】",
}

LABEL_PATTERN = late_pattern("|".join(re.escape(label) for label in LABELS.values()))


@dataclass(frozen=True, slots=True)
class Span:
    """One personal datum: [start, end) in the text it was found in."""

    start: int
    end: int
    kind: Kind


def labelled(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    """`text` with the label of its kind in place of each span (start, end, kind), in order."""
    parts: list[str] = []
    position = 0
    for start, end, kind in spans:
        parts += [text[position:start], LABELS[kind]]
        position = end
    return "".join([*parts, text[position:]])
