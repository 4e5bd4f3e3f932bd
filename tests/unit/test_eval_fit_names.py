"""The weights of the evidence for names: fitted on sentences with places for names, kept as data."""

import tomllib

import pytest

from eval.fit_names import WEIGHTS, examples, fit, hits
from eval.name_sentences import NameMaker, Sentence, carriers, filled


def test_every_place_of_a_carrier_is_filled_with_a_name() -> None:
    maker = NameMaker(1)
    for family, carrier in carriers():
        sentence = filled(family, carrier, maker)
        assert len(sentence.spans) == carrier.count("{") > 0
        assert "{" not in sentence.text
        assert all(sentence.text[start:end].strip() for start, end in sentence.spans)


def test_what_stands_beside_names_only_speaks_for_names() -> None:
    named = [
        Sentence(family, f"{name}さんに聞きました", ((0, 2),))
        for family in ("one", "two", "three")
        for name in ("佐藤", "高橋", "田中", "小林", "渡辺", "伊藤")
    ]
    other = [
        Sentence("ordinary", f"{place}に行きました", ()) for place in ("佐藤", "高橋", "田中", "小林", "渡辺", "伊藤")
    ]
    found = examples([*named, *other])
    weights = fit(found)
    assert sum(weight for sign, weight in weights.items() if "after polite" in sign) > 0
    right, names, wrong, _ = hits(found, weights)
    assert right == names == 18
    assert wrong == 0


def test_a_word_that_holds_part_of_a_name_and_more_is_no_example() -> None:
    whole = examples([Sentence("one", "田中花子です", ((0, 4),))])
    cut = examples([Sentence("one", "田中花子です", ((0, 2),))])
    assert any(example.is_name for example in whole)
    assert not any(example.is_name for example in cut)


@pytest.mark.parametrize("sign", ["any", "after polite", "before kin_of", "kind surname", "beside"])
def test_the_kept_weights_hold_the_broad_signs(sign: str) -> None:
    assert sign in tomllib.loads(WEIGHTS.read_text(encoding="utf-8"))["weights"]
