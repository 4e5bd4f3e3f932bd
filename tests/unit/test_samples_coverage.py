"""Every topic of the list has FAQ in force, and the neighbouring matters name who answers them."""

import re

from eval.lab import SAMPLES, sample_faqs

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
