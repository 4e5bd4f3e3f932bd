"""A person wanted, a call that never came, money that was not paid: plain in the wording."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.answering.demands import blames_us, demands_own_case, misses_money, wants_a_person
from knowledge.text.normalise import normalise

PERSON = (
    "オペさんに替わって",
    "市の方と直接話したい",
    "担当の人出して",
    "人間に代わって",
    "機械じゃなくて人と話をさせて",
    "ロボットじゃ話にならん、人を出してくれ",
    "職員さんに代わってもらえますか",
    "誰か人につないで",
    "役所の人としゃべりたいんだけど",
    "生身の人にかわってちょうだい",
    "上の人に代わってもらえますか",
    "責任者の方とお話させてください",
    "偉い人出して",
)
OWN_CASE = (
    "予約入れといて、来週の火曜でいいから",
    "訪問の日をお願いしたのに連絡がまだないんです",
    "折り返すって聞いて待ってるのに、まだ来ないんだけど",
    "来週の月曜の予約を二人分取ってほしい",
    "来週の金曜に予約入れてもらえますか",
    "折り返すと言ったのにかかってこない",
    "明日の2時で予約取って",
    "再交付の手数料を二回払わされました",
    "手数料を返してください",
    "家を出た妻の住所を調べてほしい",
    "息子の引っ越し先を教えてください、連絡が取れないんです",
)
BLAMED = (
    "市役所が私の書類を紛失したんですよ",
    "うちの番号を漏らしたのはそちらですよね",
    "役所の手違いで個人情報を流出させたんでしょう",
    "弁護士にはもう相談しました",
    "こうなったら裁判にします",
    "損害賠償を請求します",
    "訴えますよ",
    "市に個人情報を流された者です",
    "役所の手違いでカードが使えなくなったんだ、責任を取ってくれ",
    "こちらは弁護士を立てています",
)
MONEY = (
    "給付金がまだ振り込まれていません",
    "還付金が入ってこない、まだ入金されてません",
)
QUESTIONS = (
    "代理人にお願いしたい",
    "家族の人に代わってもらえますか",
    "本人と代わってください",
    "他の人に代わりに行ってもらえますか",
    "予約を取らないといけませんか",
    "予約の取り方を教えてください",
    "予約が取れません",
    "申請の連絡が来ません",
    "通知書が届かない",
    "はがきが来ないんですけど",
    "折り返しの封筒がない",
    "給付金はいつ振り込まれますか",
    "給付金が振り込まれないとどうなりますか",
    "写真がだめと連絡が来た",
    "人に貸してもいいですか",
    "家族分の予約をまとめて取れますか",
    "来週の予約を変更したい",
    "窓口の人に言われた",
    "担当の人が暗証番号を聞いてきた",
    "電話で予約を取り直すことはできますか",
    "知らない人に代わって受け取る",
    "一人で受け取れますか",
    "二人分の予約を取るにはどうすればいいですか",
    "登録したのに給付金が振り込まれないのはなぜ",
    "手数料を二回払うことになりますか",
    "手数料は返してもらえますか",
    "弁護士に相談したいのですが、どこで予約できますか",
    "市から個人情報が漏れないか心配です",
    "市が情報を漏らしたらどうなりますか",
    "離婚のことで弁護士に相談しました",
    "窓口でカードをなくしたと伝えました",
    "妻の住所の変更を代わりにできますか",
    "夫に住所を知られたくない",
    "別居している母の住所が変わったら、カードはどうすればいいか教えてください",
    "大家が敷金を返さないので裁判を起こす",
    "裁判にはカードを使えますか",
    "娘の住所が変わりました、手続きを教えてください",
)


@pytest.mark.parametrize("text", PERSON)
def test_a_person_is_asked_for(text: str) -> None:
    assert wants_a_person(normalise(text))


@pytest.mark.parametrize("text", OWN_CASE)
def test_something_is_demanded_for_ones_own_case(text: str) -> None:
    assert demands_own_case(normalise(text))


@pytest.mark.parametrize("text", BLAMED)
def test_the_city_is_held_to_account(text: str) -> None:
    assert blames_us(normalise(text))


@pytest.mark.parametrize("text", MONEY)
def test_money_is_missed(text: str) -> None:
    assert misses_money(normalise(text))


@given(st.sampled_from(QUESTIONS), st.sampled_from(("", "もしもし、", "すみません、")))
def test_questions_are_none_of_it(text: str, opening: str) -> None:
    said = normalise(opening + text)
    assert not any(says(said) for says in (wants_a_person, demands_own_case, misses_money, blames_us))
