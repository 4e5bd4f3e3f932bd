"""An answer is given again only where it tells what is asked about it."""

import pytest

from knowledge.answering.told import tells

ANSWER = "本人がカードを持って窓口へお越しください。手数料は無料です。14日以内に届け出てください。"


@pytest.mark.parametrize(
    "asked",
    ["それはどこでできますか", "いくらかかりますか", "何を持って行けばいいですか", "いつまでにやればいいですか"],
)
def test_what_it_tells(asked: str) -> None:
    assert tells(ANSWER, asked, ())


@pytest.mark.parametrize(
    "asked",
    ["代理人の場合は?", "土日もやってますか", "予約はいりますか", "子どもの手数料は?", "見つかったらどうなりますか"],
)
def test_what_it_does_not_tell(asked: str) -> None:
    assert not tells(ANSWER, asked, ("郵送",))


def test_a_word_it_has_is_told_where_nothing_known_is_asked() -> None:
    assert tells("郵送でもできます。", "郵送は?", ("郵送",))
