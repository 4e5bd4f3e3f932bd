"""Which questions name a thing of which an FAQ says nothing."""

import pytest

from knowledge.answering.other_thing import OtherThings
from knowledge.domain import FaqEntry
from tests.fakes.search import tokenizer, words

BOOKING = FaqEntry(
    "A1", "受取予約の日時を変更したいのですが、どうすればよいですか。", "マイナンバーカードの予約サイトか、市民課への電話で変更できます。", 1,
    alt_questions=("取りに行く日をずらしたい", "来週に変えてほしい", "子どもの分の予約も変えられますか", "病院に行く日と重なって予約を変えたい", "会社の予約と重なった"),
)  # fmt: skip


@pytest.fixture(scope="module")
def things() -> OtherThings:
    return OtherThings(tokenizer(), words())


@pytest.mark.parametrize("text", ["美容院の予約をずらしたい", "ゴルフの予約を変えてください", "ﾒﾛﾝﾊﾟﾝｽｷｰの予約を変えて"])
def test_another_thing_is_named(things: OtherThings, text: str) -> None:
    assert things.named(text, BOOKING)


@pytest.mark.parametrize(
    "text", ["", "予約を来週に変えて", "息子のカードの予約をずらしたい", "変えたいんですけど", "10 20"]
)
def test_nothing_else_is_named(things: OtherThings, text: str) -> None:
    assert not things.named(text, BOOKING)


def test_a_bare_faq_is_compared_too(things: OtherThings) -> None:
    assert things.named("美容院", FaqEntry("A2", "はい。", "", 1))


@pytest.mark.parametrize(
    "text",
    [
        "病院の予約を変更したい",
        "スポーツジムのカードなくした",
        "予約は予約でも、ホテルの予約のキャンセルを",
        "がん検診の予約を変えたい",
        "図書館の貸出カードの更新",
        "新幹線のネット予約",
    ],
)
def test_the_owner_is_another(things: OtherThings, text: str) -> None:
    assert things.of_other_owner(text, BOOKING)


@pytest.mark.parametrize(
    "text",
    [
        "妻のカードの予約を変えたい",
        "日時の予約",
        "変更の予約",
        "会社の玄関のカード置き場",
        "今日の予約を変えたい",
        "子どもの予約",
        "会社の予約が長引きそう",
        "予約の変更",
        "病院の玄関",
        "",
    ],
)
def test_no_other_owner_is_named(things: OtherThings, text: str) -> None:
    assert not things.of_other_owner(text, BOOKING)
