"""Which names of places are known."""

import pytest

from knowledge.privacy.gazetteer import places


@pytest.mark.parametrize(
    "name",
    [
        "京都市北区",
        "京都市",
        "北区",
        "高市郡明日香村",
        "明日香村",
        "大和郡山市",
        "市川市",
        "市川町",
        "四日市市",
        "蒲郡市",
    ],
)
def test_a_place_is_known_with_and_without_what_it_lies_in(name: str) -> None:
    assert name in places().municipalities


@pytest.mark.parametrize("name", ["高市", "山市", "川町", "余市", "神崎郡市"])
def test_no_place_is_made_of_a_piece_of_a_name(name: str) -> None:
    assert name not in places().municipalities
