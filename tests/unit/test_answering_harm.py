"""Harm told as done, and what is only asked or feared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.answering.harm import tells_of_harm, tells_of_loss
from knowledge.text.normalise import normalise

DONE = (
    "新しいカードの名前の漢字が間違ってるんですが",
    "ワンタイムパスワードを電話口で読み上げてしまって",
    "主人のカードに別人の顔写真がついてる",
    "うちに届いた封筒、中身が隣の人のでした",
    "私になりすまして口座を作られました",
    "市の職員を名乗る電話に口座の番号を言ってしまいました",
    "病院の画面に知らん人の名前と薬が出てきたんやけど",
    "受け取ったカードの名前の字がちがってます",
    "よその家あての通知書がうちに届いています",
    "番号を誰かに悪用されたらしいです",
    "夫の暴力から逃げています。新しい住所を知られたくないです",
    "メールのリンクから番号を入力しちゃったんです",
    "知らない人に暗証番号を教えちゃいました、どうしたら",
    "私のカード、もう誰かに使われてるみたいです",
    "前の住人の通知がうちに来てるんですけど",
    "電話でマイナンバーを聞かれてつい答えてしまったんだけど大丈夫？",
    "コンビニで住民票取ったら別の人のが出てきました",
    "受け取ったカードの生年月日が間違ってます",
    "よその家のはがきが入ってました",
    "DVで逃げています。新しい住所を相手に知られないようにしたい",
    "封筒に入っていたのは知らない人の申請書でした",
)
ASKED = (
    "カードの名前が間違っていたら直せますか",
    "他の人の代わりに通知を受け取れますか",
    "暗証番号を夫に教えてあります、問題ありますか",
    "道で知らない人のカードを拾って、住所が書いてあるんですけど",
    "教えてしまったらどうなりますか",
    "暗証番号を教えてしまった場合はどうすれば",
    "盗まれたらどうすればいい",
    "なくしたカード、誰かに悪用されたりしませんか",
    "ほかの人の情報が登録されていないか心配です",
    "他の人の予約を代わりに取れますか",
    "会社にマイナンバーを教えてもいいですか",
    "知らない人のカードを拾いました",
    "ニュースで他人の情報がくっついてたって見て怖いの",
    "カードの住所が違うのは引っ越したからです",
    "結婚して届いたカードの名前が違うので変更したい",
    "暗証番号を間違えて入れてしまいました",
    "申請書の住所が違ってます",
    "夫の暴力から逃げてきたんですが、カードを家に置いてきてしまって。使われるのが怖いんです",
    "電話で暗証番号を教えてほしいと言われました",
    "他の人のカードを使うのは犯罪ですか",
    "メールを間違えて消してしまった",
    "家族の分のカードが届いた",
    "写真の名前を書き忘れて送ってしまいました",
    "更新の申請を間違えて2回送ってしまいました",
    "パスワードを間違えて何回も入力してしまいロックされた",
)
LOST = (
    "財布ごと盗まれました",
    "カードを落としてしまいました、どうしましょう",
    "マイナンバーカードなくしちゃって",
    "盗まれたらどうすればいいですか",
    "かばんをひったくられて、カードも入ってました",
)
NOT_LOST = (
    "なくしたカードが見つかりました、カードは使えますか",
    "カードを紛失して再発行の手数料はいくらですか",
    "カードをなくしたときの連絡先",
    "盗まれないか心配です",
)


@pytest.mark.parametrize("text", DONE)
def test_harm_is_heard(text: str) -> None:
    assert tells_of_harm(normalise(text))


@pytest.mark.parametrize("text", ASKED)
def test_a_question_stays_a_question(text: str) -> None:
    assert not tells_of_harm(normalise(text))


@pytest.mark.parametrize("text", LOST)
def test_a_loss_of_ones_own_is_heard(text: str) -> None:
    assert tells_of_loss(normalise(text))


@pytest.mark.parametrize("text", NOT_LOST)
def test_what_else_is_asked_of_a_loss(text: str) -> None:
    assert not tells_of_loss(normalise(text))


@given(st.sampled_from(ASKED), st.sampled_from(("もしもし、", "すみません、", "あの")))
def test_an_opening_makes_no_harm(text: str, opening: str) -> None:
    assert not tells_of_harm(normalise(opening + text))
