"""On the real engine: an editor sees before publishing what an edit breaks, and the gate catches what was published."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from eval.affected import Edit, affected
from eval.asking import asking
from eval.changes import changes
from eval.gate import Limits, check, missing_gold
from eval.overlay import tried_out
from eval.rows import Row
from eval.runner import run
from knowledge.domain import SearchQuery
from knowledge.privacy.redacted import approved
from knowledge.privacy.redactor import RuleRedactor
from knowledge.search.retriever import Retriever
from tests.fakes import small_city

REDACTOR = RuleRedactor()
SUITE = small_city.suite()
STRICT = Limits(newly_wrong=0, newly_harmful=0, changed_facts=0)


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    with small_city.opened(tmp_path_factory.mktemp("city")) as made:
        yield made


@pytest.fixture(scope="module")
def before(retriever: Retriever) -> list[Row]:
    return run(SUITE, asking(small_city.answerer_over(retriever), REDACTOR))


def _well_answered(before: list[Row]) -> list[str]:
    """FAQ that resolve cases now, most cases first."""
    counts: dict[str, int] = {}
    for row in before:
        if row.outcome == "resolved":
            counts[row.faq_id] = counts.get(row.faq_id, 0) + 1
    return sorted(counts, key=lambda f: (-counts[f], f))


def test_the_small_city_answers_well_enough_to_break_something(before: list[Row]) -> None:
    assert len(before) >= 80
    assert sum(r.outcome == "resolved" for r in before) > len(before) / 2


def test_deleting_a_good_faq_is_seen_before_and_turns_the_gate_red_after(
    retriever: Retriever, before: list[Row]
) -> None:
    good = _well_answered(before)[0]
    found = affected(Edit(removed=((good, "ja"),)), SUITE, retriever, small_city.answerer_over, REDACTOR)
    assert found.advice == "block"
    lost = {c.case_id for c in found.changes.newly_wrong}
    assert lost >= {r.case_id for r in before if r.faq_id == good and r.right and r.right_faqs == (good,)}
    assert 0 < found.cases <= found.looked_at
    with tried_out(retriever, removed=[(good, "ja")]) as published:
        after = run(SUITE, asking(small_city.answerer_over(published), REDACTOR))
    assert check(before, STRICT, before).passed
    result = check(after, STRICT, before)
    assert lost <= {i for f in result.findings for i in f.case_ids}
    keys = [e.key for e in small_city.entries() if e.faq_id != good]
    assert good in {f for finding in missing_gold(SUITE.cases, keys) for f in finding.faq_ids}


def test_swapping_two_answers_is_seen_before_and_turns_the_gate_red_after(
    retriever: Retriever, before: list[Row]
) -> None:
    one, two = _well_answered(before)[:2]
    by_id = {e.faq_id: e for e in small_city.entries()}
    edit = Edit((
        replace(by_id[one], answer=by_id[two].answer, status="draft"),
        replace(by_id[two], answer=by_id[one].answer, status="draft"),
    ))  # fmt: skip
    found = affected(edit, SUITE, retriever, small_city.answerer_over, REDACTOR)
    assert found.advice != "ok"
    published = [replace(e, status="published") for e in edit.changed]
    with tried_out(retriever, published) as over:
        after = run(SUITE, asking(small_city.answerer_over(over), REDACTOR))
    result = check(after, STRICT, before)
    assert not result.passed
    assert {one, two} & {f for finding in result.findings for f in finding.faq_ids}


def test_an_edit_without_effect_is_ok(retriever: Retriever, before: list[Row]) -> None:
    entry = small_city.entries()[0]
    found = affected(
        Edit((replace(entry, review_note="確認済み"),)), SUITE, retriever, small_city.answerer_over, REDACTOR
    )
    assert (found.advice, found.changes.moved) == ("ok", ())
    assert found.sentences == ("評価ケースへの影響はありません。",)


def test_trying_out_shows_the_new_faq_and_leaves_the_running_search_alone(retriever: Retriever) -> None:
    entry = small_city.entries()[0]
    new = replace(entry, faq_id="MH9999", question="ペンギンの飼育許可はどこで取れますか。", alt_questions=())
    query = SearchQuery(approved("ペンギンの飼育許可"))
    hits = [h.entry.faq_id for h in retriever.search(query).hits]
    ids = retriever.status()
    with tried_out(retriever, [new], [(entry.faq_id, "ja")]) as over:
        found = [h.entry.faq_id for h in over.search(query).hits]
        assert found[0] == "MH9999"
        assert entry.faq_id not in found
    assert [h.entry.faq_id for h in retriever.search(query).hits] == hits
    assert retriever.status() == ids


def test_the_same_run_twice_moves_nothing(retriever: Retriever, before: list[Row]) -> None:
    again = run(SUITE, asking(small_city.answerer_over(retriever), REDACTOR))
    assert changes(before, again).moved == ()
