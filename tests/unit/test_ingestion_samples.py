"""The shipped call summaries: enough, linked to FAQ of the sample city, unlike its wordings, nothing personal."""

import csv
from pathlib import Path

from ingestion.summaries import read_summaries
from knowledge.privacy.redactor import RuleRedactor
from knowledge.text.normalise import normalise

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def test_samples() -> None:
    summaries = read_summaries((SAMPLES / "summaries.jsonl").read_bytes(), ".jsonl")
    with (SAMPLES / "faq.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["lang"] == "ja"]
    wordings = {normalise(text) for row in rows for text in (row["question"], *row["alt_questions"].split("\n"))}
    texts = [one.text for one in summaries]
    assert len(set(texts)) == len(texts) >= 300
    assert {one.faq_id for one in summaries} <= {row["faq_id"] for row in rows}
    assert len({one.faq_id for one in summaries}) >= 250
    assert not wordings & {normalise(text) for text in texts}
    redactor = RuleRedactor()
    assert [text for text in texts if redactor.redact(text).kinds] == []
