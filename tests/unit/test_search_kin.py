"""The FAQ of the same matter: related either way and over one more step, the same done with the same thing, the nearest."""

from knowledge.domain import FaqEntry
from knowledge.search.kin import Kin


def faq(faq_id: str, *related: str, procedure: str = "", thing: str = "") -> FaqEntry:
    facets = tuple((k, v) for k, v in (("procedure", procedure), ("thing", thing)) if v)
    return FaqEntry(faq_id, f"{faq_id}？", "答え", related_ids=related, facets=facets)


def kin(*entries: FaqEntry) -> Kin:
    return Kin({entry.faq_id: entry for entry in entries})


def test_related_either_way_and_over_one_more_step() -> None:
    city = kin(faq("A", "B"), faq("B"), faq("C", "B"), faq("D", "C"), faq("E", "gone"))
    assert city.of("A", ()) == {"A", "B", "C"}
    assert city.of("B", ()) == {"A", "B", "C", "D"}
    assert city.of("E", ()) == {"E"}


def test_the_same_done_with_the_same_thing() -> None:
    city = kin(
        faq("A", procedure="更新", thing="カード"),
        faq("B", procedure="更新", thing="カード"),
        faq("C", procedure="更新", thing="電子証明書"),
        faq("D", procedure="更新"),
        faq("E", procedure="更新"),
    )
    assert city.of("A", ()) == {"A", "B"}
    assert city.of("D", ()) == {"D"}, "half a facet says too little"


def test_the_nearest_belong_and_an_unknown_one_has_none() -> None:
    city = kin(faq("A"), faq("B"))
    assert city.of("A", ["B"]) == {"A", "B"}
    assert city.of("gone", ["B"]) == set()
