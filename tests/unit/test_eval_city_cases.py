"""A city's own cases: confirmed, redacted, never a copy of the FAQ, never in two splits."""

from pathlib import Path

import pytest

from eval.cases import shipped_suite
from eval.city_cases import CityCases, Proposal
from knowledge.domain import FaqEntry
from knowledge.errors import Conflict, InvalidInput, NotFound
from knowledge.privacy.redacted import RedactedText

ENTRIES = [
    FaqEntry("MH1001", "カードの申請方法を教えてください。", "窓口へ。", alt_questions=("カードを作るにはどうする",))
]
TEXT = RedactedText("孫に言われて来たけど番号の札っちゅうのを頼みたい")


def test_added_cases_read_back_with_their_own_ids(tmp_path: Path) -> None:
    store = CityCases(tmp_path)
    assert store.all() == ()
    one = store.add(Proposal(TEXT, "spoken", "answer", ("MH1001",)), ENTRIES)
    two = store.add(Proposal(RedactedText("市長を出せ"), "spoken", "handoff", reason="complaint"), ENTRIES)
    assert (one.id, two.id) == ("C9001", "C9002")
    assert CityCases(tmp_path).all() == (one, two)
    assert store.suite().name == "city"
    store.remove("C9001")
    assert store.all() == (two,)
    with pytest.raises(NotFound):
        store.remove("C9001")


def test_a_copy_of_the_faq_or_of_a_case_is_refused(tmp_path: Path) -> None:
    store = CityCases(tmp_path)
    with pytest.raises(Conflict, match="MH1001"):
        store.add(Proposal(RedactedText("カードを作るには、どうする？"), "text", "answer", ("MH1001",)), ENTRIES)
    store.add(Proposal(TEXT, "spoken", "answer", ("MH1001",)), ENTRIES)
    with pytest.raises(Conflict):
        store.add(Proposal(TEXT, "text", "answer", ("MH1001",)), ENTRIES)
    assert len(store.all()) == 1


def test_the_split_follows_the_faq(tmp_path: Path) -> None:
    shipped = shipped_suite().cases
    by_split = {next(iter(c.right_faqs)): c.split for c in shipped if len(c.right_faqs) == 1}
    published = [FaqEntry(faq_id, f"{faq_id}の質問", f"{faq_id}の回答") for faq_id in by_split]
    store = CityCases(tmp_path)
    for number, faq_id in enumerate(list(by_split)[:12]):
        made = store.add(
            Proposal(RedactedText(f"{number}番目の変わった聞き方"), "text", "answer", (faq_id,)), published, shipped
        )
        assert made.split == by_split[faq_id]
    one, two = (next(f for f, s in by_split.items() if s == split) for split in ("dev", "test"))
    with pytest.raises(InvalidInput, match="分割"):
        store.add(Proposal(TEXT, "text", "answer", (one, two)), published, shipped)


def test_an_impossible_proposal_is_refused_with_its_reason(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        CityCases(tmp_path).add(Proposal(TEXT, "text", "handoff"), [])
    assert "reason" in caught.value.problems[0].message
    assert CityCases(tmp_path).all() == ()


def test_the_right_faq_has_to_be_published_and_to_say_what_is_asked_of_it(tmp_path: Path) -> None:
    store = CityCases(tmp_path)
    with pytest.raises(InvalidInput, match="MH1002 は公開されていません"):
        store.add(Proposal(TEXT, "text", "answer", ("MH1002",)), ENTRIES)
    with pytest.raises(InvalidInput, match="800円"):
        store.add(Proposal(TEXT, "text", "answer", ("MH1001",), must=("800円",)), ENTRIES)
    assert store.add(Proposal(TEXT, "text", "answer", ("MH1001",), must=("窓口",)), ENTRIES).must == ["窓口"]
