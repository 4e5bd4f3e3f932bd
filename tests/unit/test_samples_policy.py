"""The sample policy utterances and synonyms keep their promises: enough of each, consistent, no valid 個人番号."""

import csv
import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest

from knowledge.domain import LANGUAGES
from knowledge.profile import department_named, load_profile

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
AT_LEAST = {
    "other_department": 140,
    "individual_case": 70,
    "complaint": 50,
    "asked_for_person": 35,
    "emergency": 20,
    "distress": 15,
    "other_city": 30,
    "injection": 40,
    "personal_data": 25,
    "chitchat_or_unclear": 40,
    "policy_opinion": 15,
    "not_covered": 300,
    "in_scope": 60,
}
KANJI_DIGITS = str.maketrans("〇一二三四五六七八九", "0123456789")


@pytest.fixture(scope="module")
def utterances() -> list[dict[str, Any]]:
    lines = (SAMPLES / "policy.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def synonyms() -> list[dict[str, str]]:
    with (SAMPLES / "synonyms.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def is_valid_individual_number(digits: str) -> bool:
    """Check digit of a 12-digit 個人番号: weights 2..7 and 2..6 from the right of the first eleven digits."""
    weights = (2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6)
    rest = sum(int(digit) * weight for digit, weight in zip(reversed(digits[:11]), weights, strict=True)) % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)


def test_there_are_enough_utterances_of_each_label(utterances: list[dict[str, Any]]) -> None:
    counts = Counter(one["label"] for one in utterances)
    assert counts.keys() == AT_LEAST.keys()
    assert {label: counts[label] for label, least in AT_LEAST.items() if counts[label] < least} == {}


def test_utterances_are_distinct_and_complete(utterances: list[dict[str, Any]]) -> None:
    assert all(one.keys() == {"text", "label", "department", "lang", "note"} for one in utterances)
    assert all(one["lang"] in LANGUAGES and one["text"].strip() for one in utterances)
    repeated = [text for text, times in Counter(one["text"] for one in utterances).items() if times > 1]
    assert repeated == []


def test_other_departments_stand_in_the_directory_of_the_sample_city(utterances: list[dict[str, Any]]) -> None:
    mihon = load_profile("mihon")
    named = {one["department"] for one in utterances if one["label"] == "other_department"} - {""}
    assert len(named) >= 35
    assert {name for name in named if department_named(mihon, name) is None} == set()


def test_no_valid_individual_number_is_shipped(utterances: list[dict[str, Any]]) -> None:
    assert sum(is_valid_individual_number(f"12345678901{last}") for last in range(10)) == 1
    assert not is_valid_individual_number("123456789012")
    for one in utterances:
        plain = re.sub(r"[\s-]", "", normalize("NFKC", one["text"])).translate(KANJI_DIGITS)
        for run in re.findall(r"[0-9]{12,}", plain):
            windows = [run[start : start + 12] for start in range(len(run) - 11)]
            assert not any(is_valid_individual_number(window) for window in windows), one["text"]


def test_no_synonym_belongs_to_two_groups(synonyms: list[dict[str, str]]) -> None:
    assert len(synonyms) >= 120
    terms = [term for row in synonyms for term in (row["preferred"], *row["terms"].split("｜"))]
    keys = sorted(normalize("NFKC", term).casefold().strip() for term in terms)
    assert all(keys)
    assert [here for here, following in pairwise(keys) if here == following] == []
