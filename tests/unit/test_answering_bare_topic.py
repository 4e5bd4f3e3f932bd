"""Which words only name a matter."""

import pytest

from knowledge.answering.bare_topic import bare_noun, names_no_matter, names_nothing
from knowledge.text.normalise import normalise


@pytest.mark.parametrize(
    "text",
    [
        "カードの有効期限", "マイナンバーカードの有効期限", "暗証番号", "予約", "えっと、予約のことなんですけど", "更新のことでお電話したんですけど。",
        "有効期限のことを聞きたいんですけど", "子どものカードなんですけど", "引っ越し　マイナンバーカード", "お写真について教えてください", "手数料",
    ],
)  # fmt: skip
def test_a_matter_is_named(text: str) -> None:
    assert bare_noun(normalise(text))


@pytest.mark.parametrize(
    "text",
    [
        "", "。", "もしもし", "マイナンバーカード", "暗証番号を忘れました", "電子証明書の有効期限", "証明写真 サイズ 何センチ",
        "通知カード再発行", "カードなくした", "マイナンバー変更請求", "予約の変更",
        "予約を変更したいんですけど", "代わりに受け取ってもいいですか", "家族が申請してもいいですか", "再発行 手数料", "初回の費用", "更新方法", "受取場所",
    ],
)  # fmt: skip
def test_something_is_asked_or_nothing_is_named(text: str) -> None:
    assert not bare_noun(normalise(text))
    assert not names_no_matter(normalise(text))


@pytest.mark.parametrize(
    "text",
    [
        "変更したいんですが", "変更したいんですけど", "すみません、取り消ししたいです", "更新したいんですけど", "代わりに行ってもいいですか", "家族が行っても大丈夫ですか",
        "なんか届いたんだけど", "はがきが来たんだけど", "通知が来たんですが", "切れちゃったんですけど", "使えなくなったんですが",
        "何を持っていけばいいですか", "役所に行くとき何を持っていけばいい？", "いくらかかりますか", "手数料いくら", "費用はかかりますか", "どこでできますか", "手続きの方法を教えてください", "これどうしたらいいですか",
        "スマホでやりたい", "番号わからへんようになってしもて", "番号変えたいんですが", "取り消したい", "やめときたいんやけど", "直してほしいんですが", "見つかりました", "間違えた", "亡くなったんですけど", "読み取れへん", "読み込めないです", "役所がら何だが届いだんだけんども、どうすればいいんだべ", "明日そっちに行くとばってん、何ば持って行けばよかですか",
    ],
)  # fmt: skip
def test_what_could_be_said_of_any_matter(text: str) -> None:
    assert names_no_matter(normalise(text))


@pytest.mark.parametrize(
    "text",
    ["カードが見つかりました", "暗証番号を間違えた", "亡くなったらどうすればいいですか", "すみません、間違えました", "予約を取り消したい", "避難場所", "カードが使えなくなった", "再発行はいくらかかりますか", "保険証の通知が届いた", "どうやったら人につながるの", "住民票はどこで取れますか"],
)  # fmt: skip
def test_a_matter_tells_whose_it_is(text: str) -> None:
    assert not names_no_matter(normalise(text))


@pytest.mark.parametrize(
    "text",
    ["カードの件で", "ちょっと聞きたいんだけど", "もしもし、カードについて教えてほしいんですが", "マイナンバーのことなんですけど", "質問があります", "相談したいことがあります", "お尋ねします"],
)  # fmt: skip
def test_an_opening_names_nothing(text: str) -> None:
    assert names_nothing(normalise(text))


@pytest.mark.parametrize("text", ["", "なんで？", "カードをなくした", "更新の件で", "水道のことで聞きたい", "担当者と話したい", "こんにちは", "カードの写真"])  # fmt: skip
def test_more_than_an_opening(text: str) -> None:
    assert not names_nothing(normalise(text))


@pytest.mark.parametrize("repeats", [8, 80])
def test_pieces_said_over_and_over_take_no_longer_for_each_way_to_put_them_together(repeats: int) -> None:
    said = normalise("聞きたいんです" * repeats)
    assert names_nothing(said)
    assert not names_nothing(said + "猫")
