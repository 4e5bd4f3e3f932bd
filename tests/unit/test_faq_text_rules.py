"""What a text may contain: cleaning is a fixed point, and nothing active or invisible gets through."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from knowledge.faq.text_rules import check_text

ANY = st.text(st.characters(codec=None), max_size=200)
TAGGY = st.lists(st.sampled_from(["<", ">", "/", "b", "br", "script", " ", "\n", "onclick=", "p", "\u200b", "字"])).map(
    "".join
)


@given(st.one_of(ANY, TAGGY), st.booleans())
@example("<scr<b>ipt>alert(1)</scr</b>ipt>", True)
@example("<b<b>>", True)
@example("<\u200bscript>", True)
def test_cleaning_twice_is_cleaning_once(raw: str, multiline: bool) -> None:
    once = check_text(raw, 1000, multiline)
    if once.errors:
        return
    twice = check_text(once.text, 1000, multiline)
    assert (twice.text, twice.errors, twice.warnings) == (once.text, (), ())


@given(st.one_of(ANY, TAGGY, st.text("\u3000 \u2003\u202f\xa0aあ、", max_size=12)))
def test_a_line_break_at_the_end_changes_nothing(raw: str) -> None:
    """Text without anything to look at takes a short way; a line break leads it the long one, to the same end."""
    short, long = check_text(raw, 1000), check_text(f"{raw}\n", 1000)
    assert short.errors == long.errors
    assert short.warnings == long.warnings
    assert short.errors or short.text == long.text


@given(st.one_of(ANY, TAGGY))
def test_what_passes_is_visible_inactive_text(raw: str) -> None:
    checked = check_text(raw, 1000)
    if checked.errors:
        return
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]", checked.text
    )
    assert not re.search(r"<\s*script\b", checked.text)
    checked.text.encode()


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("あ\x00い", "2文字目に使えない制御文字（U+0000）"),
        ("a\x1bb", "U+001B"),
        ("壊\ud800れ", "2文字目の文字が壊れています"),
        ("<script>alert(1)</script>", "スクリプト"),
        ("<img src=x onerror=alert(1)>", "スクリプト"),
        ("あ" * 11, "長すぎます（11文字）。10文字以内"),
    ],
)
def test_errors_say_what_and_where(raw: str, message: str) -> None:
    limit = 10 if raw.startswith("ああ") else 1000
    assert message in check_text(raw, limit).errors[0]


@pytest.mark.parametrize(
    ("raw", "clean", "warned"),
    [
        ("\u202d0120-000\u202c", "0120-000", True),
        ("手数料は<b>1,000円</b>です。<br>窓口で", "手数料は1,000円です。\n窓口で", True),
        ("5 < 6 かつ <本人> です", "5 < 6 かつ <本人> です", False),
        ("一行\r\n二行\v三行\u2028四行", "一行\n二行\n三行\n四行", False),
        ("葛\U000e0100城・𠮷野・家族👨‍👩‍👧", "葛\U000e0100城・𠮷野・家族👨‍👩‍👧", False),
        ("　前後の空白　", "前後の空白", False),
    ],
)
def test_harmless_trouble_is_cleaned(raw: str, clean: str, warned: bool) -> None:
    checked = check_text(raw, 1000)
    assert checked.text == clean
    assert bool(checked.warnings) == warned
