"""What belongs to offices, not to people: it must stay readable in FAQs and summaries."""

import re
from dataclasses import dataclass, field

NATIONAL_NUMBERS = frozenset({"0120950178", "0570783578", "05038181250", "188", "9110", "110", "119"})
"""マイナンバー総合フリーダイヤル, its paid line, its line for callers abroad, and the short public numbers."""
PUBLIC_PREFIXES = ("0120", "0570")
"""Freephone and navi-dial lines belong to organisations only. 0800 needs its hyphen: 080-0… is a mobile."""
OFFICE_POSTCODES = frozenset({"2198650"})
"""個人番号カード交付申請書受付センター"""


@dataclass(frozen=True, slots=True)
class Officials:
    """The city's own numbers, mail addresses and names, which are public. Numbers are digits only."""

    numbers: frozenset[str] = field(default_factory=frozenset)
    texts: tuple[str, ...] = ()
    """Exact strings that are never masked: office addresses, mail addresses, names of facilities."""

    def is_public_phone(self, digits: str, first_group: str = "") -> bool:
        if digits in self.numbers or digits in NATIONAL_NUMBERS or first_group == "0800":
            return True
        return len(digits) == 10 and digits.startswith(PUBLIC_PREFIXES)

    def is_office_postcode(self, digits: str) -> bool:
        return digits in OFFICE_POSTCODES or digits in self.numbers


def officials(numbers: tuple[str, ...] = (), texts: tuple[str, ...] = ()) -> Officials:
    """Build from settings as people write them: 「0598-53-4000」 and 「松阪市殿町1340番地1」."""
    plain = frozenset(re.sub(r"\D", "", number) for number in numbers)
    return Officials(plain, tuple(sorted((text for text in texts if text), key=len, reverse=True)))
