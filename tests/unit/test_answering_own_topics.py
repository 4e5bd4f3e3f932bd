"""A city that answers about waste or taxes itself keeps those questions; one that answers about the card does not."""

from pathlib import Path

from eval.lab import SAMPLES, sample_faqs
from knowledge.answering.intent_setup import read_policy_examples
from knowledge.answering.own_topics import without_own_topics
from tests.fakes.search import tokenizer

OTHER_CITY = Path(__file__).parents[1] / "fixtures" / "other_city_faq.csv"
EXAMPLES = read_policy_examples(SAMPLES / "policy.jsonl")


def test_the_sample_city_keeps_every_example() -> None:
    assert without_own_topics(EXAMPLES, sample_faqs(), tokenizer()) == EXAMPLES


def test_no_faq_keeps_every_example() -> None:
    assert without_own_topics(EXAMPLES, [], tokenizer()) == EXAMPLES


def test_a_city_with_other_faq_keeps_its_own_questions() -> None:
    left = without_own_topics(EXAMPLES, sample_faqs(file=OTHER_CITY), tokenizer())
    gone = {e.department for e in EXAMPLES} - {e.department for e in left}
    assert {"環境課（ごみ担当）", "税務課", "子育て支援課", "水道課", "図書館", "市民課"} <= gone
    assert not gone & {"", "法務局", "県の旅券窓口（パスポートセンター）", "産業振興課", "文化スポーツ課"}
    assert {e.label for e in left} == {e.label for e in EXAMPLES}
