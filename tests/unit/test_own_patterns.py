"""A city's own pattern may be as bad as it likes: it is refused, or it stops; it never hangs."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.alerts.words import SHIPPED_WORDS, load_word_rules
from desk.own_files import MAX_PATTERNS, MAX_TABLES
from desk.records.tag_file import load_tag_rules
from desk.records.tagging import SHIPPED_TAGS
from eval.lab import sample_faqs
from knowledge.errors import ConfigurationError, InvalidInput
from knowledge.faq.terms import load_rules
from knowledge.text.normalise import normalise
from knowledge.text.own_patterns import LIMIT_SECS, MAX_CHARS, OwnPattern, own_pattern

SLOW = [
    r"(あ|い|あい)+$",
    r"(?:.+,)+。",
    r"(料金|料|金)*払わ",
    r"市役所(は|に|はに)*$",
    r"(?:[ぁ-ん]+|[ぁ-んァ-ン]+)*。",
    r"(\w|\d)*;",
    r"(.*)(.*)(.*)(.*)\1x",
]


@pytest.mark.parametrize("pattern", SLOW)
def test_a_pattern_that_runs_for_ages_is_refused_in_words(pattern: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        own_pattern(pattern)
    assert pattern in refused.value.message
    assert "時間がかかりすぎます" in refused.value.message


def test_one_that_got_past_the_trial_stops_at_the_limit_and_meets_nothing() -> None:
    pattern = OwnPattern(SLOW[0])
    text = "あい" * 40 + "!"
    began = time.process_time()
    assert pattern.search(text) is None
    assert pattern.sub("／", text) == text
    assert time.process_time() - began < 20 * LIMIT_SECS, "two to the forty steps would take years"
    assert pattern.search("あい")


@given(
    st.lists(
        st.sampled_from(["あ", "い", "(", ")", "*", "+", "|", ".", "[あい]", "\\w", "?", "$", "{1,9}"]), max_size=12
    )
)
@settings(max_examples=60, deadline=None)
def test_no_pattern_whatever_holds_up_a_search(pieces: list[str]) -> None:
    try:
        pattern = own_pattern("".join(pieces))
    except InvalidInput:
        return
    began = time.process_time()
    for text in ("あ" * 3_000 + "!", "あい" * 1_500 + "!", "いあ、" * 900):
        pattern.search(text)
    assert time.process_time() - began < 30 * LIMIT_SECS


def test_the_shipped_words_mean_the_same_as_a_citys_own_copy(tmp_path: Path) -> None:
    for file in (SHIPPED_TAGS, SHIPPED_WORDS):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    texts = [normalise(entry.answer) for entry in sample_faqs()[:60]]
    texts += ["責任者を出せ、訴えてやる", "カードをなくした。予約を変えたい", "もう信用できません。殺すぞ"]
    tags, own_tags = load_tag_rules(SHIPPED_TAGS), load_tag_rules(tmp_path / SHIPPED_TAGS.name)
    words, own_words = load_word_rules(SHIPPED_WORDS), load_word_rules(tmp_path / SHIPPED_WORDS.name)
    pairs = [(tags[name], own_tags[name]) for name in tags] + [(words[n].words, own_words[n].words) for n in words]
    hits = [(shipped.hits(text), own.hits(text)) for shipped, own in pairs for text in texts]
    assert [one for one in hits if one[0] != one[1]] == []
    assert sum(1 for shipped, _ in hits if shipped) > 40


def test_a_citys_own_terms_are_held_to_the_same(tmp_path: Path) -> None:
    file = tmp_path / "terms.toml"
    rule = '[[rule]]\nword = "(料金|料|金)*払わ"\nsay = "納め"\nlevel = "warn"\nmessage = "納めると書いてください。"\n'
    file.write_text("# 市\n" + rule, encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        load_rules(file)
    for words in ("terms.toml 3行目", "(料金|料|金)*払わ", "時間がかかりすぎます"):
        assert words in refused.value.message


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ('[tags."甲"]\nwords = ["役所", "(料金|料|金)*払わ"]\n', ("tags.toml 2行目", "(料金|料|金)*払わ", "時間がかかりすぎます")),
        ('[tags."甲"]\nwords = ["役所"]\nnot = ["(料金|料|金)*払わ"]\n', ("tags.toml 2行目", "甲.not", "(料金|料|金)*払わ")),
        (f'[tags."甲"]\nwords = ["{"あ" * (MAX_CHARS + 1)}"]\n', ("tags.toml 2行目", f"{MAX_CHARS}文字まで")),
        (f'[tags."甲"]\nwords = {[f"あ{n}" for n in range(MAX_PATTERNS + 1)]}\n'.replace("'", '"'), ("tags.toml 2行目", f"{MAX_PATTERNS}個まで")),
        ("".join(f'[tags."甲{n}"]\nwords = ["あ"]\n' for n in range(MAX_TABLES + 1)), ("tags.toml", f"{MAX_TABLES}個まで")),
    ],
    ids=["words", "not", "long", "many words", "many tags"],
)  # fmt: skip
def test_the_file_the_line_and_the_pattern_are_named(tmp_path: Path, table: str, told: tuple[str, ...]) -> None:
    (tmp_path / "tags.toml").write_text(f"# 市\n{table}", encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        load_tag_rules(tmp_path / "tags.toml")
    for words in told:
        assert words in refused.value.message
