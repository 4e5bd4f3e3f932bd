"""Terms are found, longest first; protected ones have to appear; the shipped translations keep all of them."""

import csv
from pathlib import Path

import pytest

from knowledge.domain import LANGUAGES
from knowledge.errors import ConfigurationError
from knowledge.language.glossary import OWN_FILE, Glossary, Term, load_glossary

SHIPPED = load_glossary()
FAQ = Path(__file__).parents[2] / "samples" / "faq.csv"


def rows() -> list[dict[str, str]]:
    with FAQ.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_at_least_150_terms_in_six_languages() -> None:
    assert len(SHIPPED.terms) >= 150
    assert all(term.forms.get(lang) for term in SHIPPED.terms for lang in LANGUAGES if lang != "ja")


def test_the_longest_term_wins() -> None:
    found = [term.ja for term in SHIPPED.terms_in("署名用電子証明書の暗証番号をロックしました")]
    assert found == ["署名用電子証明書", "暗証番号", "ロック"]


def test_every_protected_term_stands_in_the_shipped_translations() -> None:
    japanese = {row["faq_id"]: row["answer"] for row in rows() if row["lang"] in ("", "ja")}
    translated = [row for row in rows() if row["lang"] not in ("", "ja")]
    assert len(translated) >= 180
    lost = [
        (row["faq_id"], row["lang"], term.ja)
        for row in translated
        for term in SHIPPED.missing(japanese[row["faq_id"]], row["answer"], row["lang"])
    ]
    assert lost == []


def test_a_lost_term_is_named_unless_its_japanese_name_stands_in_brackets() -> None:
    assert [t.ja for t in SHIPPED.missing("交付通知書が届きます", "A postcard will arrive.", "en")] == ["交付通知書"]
    assert SHIPPED.missing("交付通知書が届きます", "A postcard（交付通知書）will arrive.", "en") == []


def test_lines_for_a_prompt_in_both_directions() -> None:
    assert "暗証番号 → PIN" in SHIPPED.lines("暗証番号を忘れた", "en")
    assert "residence card → 在留カード" in SHIPPED.foreign_lines("Is my Residence Card enough?", "en")


def test_a_city_adds_and_replaces(tmp_path: Path) -> None:
    (tmp_path / OWN_FILE).write_text("ja,must,en\nみほんカード,1,Mihon Card\n暗証番号,1,passcode\n", encoding="utf-8")
    own = load_glossary(tmp_path)
    by_ja = {term.ja: term for term in own.terms}
    assert by_ja["みほんカード"].protected
    assert by_ja["暗証番号"].forms["en"] == ("passcode",)
    assert by_ja["暗証番号"].forms["ko"] == ("비밀번호",)


@pytest.mark.parametrize("text", ["", "en\nx\n", "ja,en\n,nothing\n", "ja,en\na,b,c\n"])
def test_a_broken_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / OWN_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="用語集"):
        load_glossary(tmp_path)


def test_an_empty_glossary_finds_nothing() -> None:
    assert Glossary(()).terms_in("暗証番号") == []
    assert Glossary([Term("暗証番号", {})]).missing("暗証番号", "x", "en") == []
