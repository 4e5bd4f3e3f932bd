"""The product with the FAQ that the sample calls are about, and what an operator's browser sends."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from desk.assist.samples import load_sample_calls
from eval.lab import sample_faqs
from knowledge.domain import FaqEntry
from tests.fakes.staff_site import Site, opened_site


@cache
def call_faqs() -> tuple[FaqEntry, ...]:
    """Every right answer of a sample call with its neighbours, so that there is something to confuse it with."""
    right = {faq_id for call in load_sample_calls() for faq_id in call.answers}
    known = [entry for entry in sample_faqs() if entry.lang == "ja"]
    near = {other for entry in known if entry.faq_id in right for other in entry.related_ids}
    return tuple(entry for entry in known if entry.faq_id in right | near | {"MH5065", "MH5064"})


@contextmanager
def opened_assist_site(folder: Path, llm: Mapping[str, object] | None = None) -> Iterator[Site]:
    with opened_site(folder, entries=call_faqs(), llm=llm) as site:
        yield site
