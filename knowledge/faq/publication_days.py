"""On which day a version was published; asked with every answer, so what cannot change is remembered."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache

from knowledge.clock import JST
from knowledge.errors import NotFound
from knowledge.faq.service import FaqService

_REMEMBERED = 20_000


def publication_days(faqs: FaqService) -> Callable[[str, int, str], date | None]:
    """(faq_id, version, lang) to the day in Japan on which it was published; None for what was never published."""

    @lru_cache(_REMEMBERED)
    def day(faq_id: str, version: int, lang: str) -> date:
        return faqs.version(faq_id, version, lang).published_at.astimezone(JST).date()

    def known(faq_id: str, version: int, lang: str) -> date | None:
        try:
            return day(faq_id, version, lang)
        except NotFound:
            return None

    return known
