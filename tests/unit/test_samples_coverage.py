"""Every topic of the list has FAQ in force, and the neighbouring matters name who answers them."""

import re

from eval.lab import SAMPLES, sample_faqs
from knowledge.answering.spoken import MAX_SPOKEN_CHARS
from knowledge.profile.load import load_profile

ROWS = [
    line.split("|")[1:3] for line in (SAMPLES / "COVERAGE.md").read_text(encoding="utf-8").splitlines() if "MH" in line
]


def test_every_topic_has_published_faq() -> None:
    published = {e.faq_id for e in sample_faqs() if e.lang == "ja" and e.status == "published"}
    assert len(ROWS) >= 40
    assert {topic: missing for topic, ids in ROWS if (missing := set(re.findall(r"MH\d+", ids)) - published)} == {}


def test_neighbouring_matters_name_the_office() -> None:
    entries = {e.faq_id: e for e in sample_faqs() if e.lang == "ja"}
    neighbours = next(ids for topic, ids in ROWS if "not ours" in topic)
    for faq_id in re.findall(r"MH\d+", neighbours):
        referral = entries[faq_id].referral
        assert referral is not None, faq_id
        assert referral.department, faq_id
        assert referral.phone, faq_id


def test_spoken_texts_are_short_and_never_send_callers_to_the_number_they_are_on() -> None:
    told = {e.faq_id: e.answer_voice for e in sample_faqs() if e.lang == "ja"}
    assert {faq_id: len(text) for faq_id, text in told.items() if not 0 < len(text) <= MAX_SPOKEN_CHARS} == {}
    assert [faq_id for faq_id, text in told.items() if load_profile("mihon").centre.phone in text] == []
