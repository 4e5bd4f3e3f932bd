"""A city that answers about waste or taxes itself keeps those questions; one that answers about the card does not."""

from pathlib import Path

from eval.lab import SAMPLES, sample_faqs
from knowledge.answering.intent_model import train_intents
from knowledge.answering.intent_setup import faq_examples, read_policy_examples
from knowledge.answering.own_topics import without_own_topics
from tests.fakes.search import tokenizer, words

OTHER_CITY = Path(__file__).parents[1] / "fixtures" / "other_city_faq.csv"
EXAMPLES = read_policy_examples(SAMPLES / "policy.jsonl")


def test_the_sample_city_keeps_every_example() -> None:
    assert without_own_topics(EXAMPLES, sample_faqs(), tokenizer()) == EXAMPLES


def test_no_faq_keeps_every_example() -> None:
    assert without_own_topics(EXAMPLES, [], tokenizer()) == EXAMPLES


def test_a_city_with_some_other_faq_keeps_the_questions_of_those_departments() -> None:
    both = [*sample_faqs()[:150], *sample_faqs(file=OTHER_CITY)]
    left = without_own_topics(EXAMPLES, both, tokenizer())
    gone = {e.department for e in EXAMPLES} - {e.department for e in left}
    assert {"環境課（ごみ担当）", "税務課", "子育て支援課", "水道課", "図書館", "市民課"} <= gone
    assert not gone & {"", "法務局", "産業振興課", "文化スポーツ課"}
    assert {e.label for e in left} == {e.label for e in EXAMPLES}


def test_where_the_card_is_no_matter_the_examples_show_how_people_ask() -> None:
    left = without_own_topics(EXAMPLES, sample_faqs(file=OTHER_CITY), tokenizer())
    assert {e.label for e in left} == {e.label for e in EXAMPLES} - {"other_department", "not_covered"}
    # Another city's bulky waste stays another city's.
    assert {e.label for e in left if "粗大ごみ" in e.text} == {"in_scope", "other_city"}


def test_such_a_city_still_knows_callers_who_need_a_person() -> None:
    entries = sample_faqs(file=OTHER_CITY)
    examples = [*faq_examples(entries), *without_own_topics(EXAMPLES, entries, tokenizer())]
    model = train_intents(examples, tokenizer(), words())
    for text in ("燃えるごみって何曜日でしたっけ", "保育園に空きありますか", "図書館って月曜あいてますか"):
        assert model.probabilities(text)["in_scope"] > 0.5
    assert model.probabilities("人に代わってください")["asked_for_person"] > 0.5
    assert model.probabilities("おまえらの態度はなんだ、謝れ")["complaint"] > 0.5
