"""Which questions concern another municipality's office, in Japanese and in other languages."""

import pytest

from knowledge.answering.other_city import OtherCities
from knowledge.text.normalise import normalise

CITIES = OtherCities({"横浜市", "東野市", "みほん市", "北町"}, "みほん市")


@pytest.mark.parametrize(
    "text",
    [
        "横浜市の窓口は何時までですか", "東野市に住んでいる者です", "横浜に住んでるんですけど", "大阪の区役所の電話番号", "仙台のほうで予約したい",
        "隣の市のカードの窓口を教えてください", "実家の町の役場の番号はわかりますか", "隣の南野市に住んでいます",
    ],
)  # fmt: skip
def test_another_city_is_asked_about(text: str) -> None:
    assert CITIES.asked_about(normalise(text))


@pytest.mark.parametrize(
    "text",
    [
        "みほん市の窓口は何時までですか", "横浜から引っ越してきました", "横浜市に転出します", "横浜で買った写真は使えますか", "東京都の窓口で聞きました",
        "ほかの市に住民票がある場合も受け取れますか", "本籍が大阪でもコンビニで取れますか", "隣の窓口で待っています", "松山さんのカード",
        "単身赴任で大阪に住んでいます、向こうで受け取れますか", "札幌に下宿している息子に住んでいる所の区役所で受け取らせたい",
    ],
)  # fmt: skip
def test_our_own_matters_stay_ours(text: str) -> None:
    assert not CITIES.asked_about(normalise(text))


@pytest.mark.parametrize(
    "text",
    [
        "I live in Yokohama, when does the office open?", "我住在横滨", "저는 요코하마에 살아요", "tôi sống ở Osaka", "moro em Nagoya", "Nakatira ako sa Kobe",
        "What time does the Kawasaki city hall close?",
    ],
)  # fmt: skip
def test_another_city_is_asked_about_in_other_languages(text: str) -> None:
    assert CITIES.asked_about_in_foreign(normalise(text))


@pytest.mark.parametrize(
    "text",
    [
        "We moved here from Nagoya",
        "我从横滨搬来了",
        "Eu mudei de Osaka",
        "lumipat ako galing Kobe",
        "I live in a dormitory",
        "I was in Osaka last week",
    ],
)
def test_moving_is_no_other_city(text: str) -> None:
    assert not CITIES.asked_about_in_foreign(normalise(text))


def test_the_own_city_is_never_another_one() -> None:
    yokohama = OtherCities({"横浜市"}, "横浜市")
    assert not yokohama.asked_about(normalise("横浜に住んでいます"))
    assert not yokohama.asked_about_in_foreign("i live in yokohama")
