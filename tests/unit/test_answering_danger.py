"""Somebody in danger now, and what only sounds like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.answering.cues import find_plain
from knowledge.answering.danger import tells_of_danger, tells_of_despair
from knowledge.text.normalise import normalise

NOW = (
    "今、妻が意識を失いました。カードはいりますか",
    "お父さんが急に倒れちゃって、マイナ保険証どこに出せばいいの",
    "主人が突然胸を押さえて苦しんでいます、保険証はカードでいいですか",
    "母が階段から落ちて動けないんです",
    "子どもがボタン電池を飲み込んだみたい",
    "家に火がついてて、カードが持ち出せません",
    "父が倒れて意識がないんです！カードを見せたら病院で何か分かりますか",
    "お母さんが倒れて動かないの、保険証のカードはどこ",
    "今さっき父が倒れました。保険証の代わりにカード持っていけばいいですか",
    "おばあちゃんが息してないんです",
    "夫の呼吸が止まってます、どうしよう",
    "隣の家が燃えています",
    "台所から火が出ました、カードも中に",
    "火事です！市役所の隣です",
    "知らない男が家に入ってきました",
    "不審者が今うちの玄関にいます",
    "今家にいる不審者どうしたらいい",
    "刃物を持った男が窓口にいる",
    "いま後をつけられてます",
    "助けて、夫に殴られてる",
    "息子が自分の部屋で首を吊ろうとしています",
    "救急車を呼んでください",
    "孫が餅をのどに詰まらせて",
    "主人が急に倒れて返事をしません、保険証どこに出せば",
    "妻が泡を吹いて",
    "赤ちゃんがけいれんしてるんです、病院にカードいりますか",
    "血が止まらない、助けて",
    "玄関に知らない人が立ってるんです",
    "殺される",
    "酔っ払いが窓口で暴れてる",
    "爺さんが風呂で溺れてる",
    "隣の部屋から煙がすごい出てます",
    "上の階から女の人の悲鳴が聞こえます",
)
NOT_NOW = (
    "意識がないまま搬送されたとき、カードで何が分かるの",
    "父が階段から落ちて骨折して入院してます。代理で受け取れますか",
    "もう年で倒れそうだから早めに返納したい",
    "充電が切れて倒れそう",
    "救急で使えますか",
    "父が倒れて入院しているので代理で受け取れますか",
    "救急車を呼んだときにマイナンバーカードは使えますか",
    "救急車で運ばれたらマイナ保険証はどうなりますか",
    "母が先月倒れて意識がないままなんですが、カードの更新はどうすれば",
    "意識がない家族の代わりにカードを受け取れますか",
    "火事でカードが燃えてしまいました",
    "火事で家が焼けて、カードの再発行をしたい",
    "家が火事になったらカードはどうすればいいですか",
    "カードを火であぶって曲がってしまった",
    "息子の代わりに申請できますか",
    "息子が小学校でいません、受け取れますか",
    "電話で知らない男に暗証番号を聞かれました",
    "長男が家にいるので受け取れますか",
    "知らない人の申請書が家に届きました",
    "泥棒に入られてカードを盗まれました",
    "夫の暴力から逃げてきました",
    "夫に殴られて家を出ました、カードを置いてきました",
    "スマホが動かないんです",
    "画面が固まって反応しない",
    "アプリが反応しません",
    "カードが割れた",
    "携帯の充電が切れて動かない",
    "通知が来ないので困っている",
    "ガスの料金の口座",
    "病院で意識がないと言われた父のカード",
    "警察を呼んでもいいですか",
    "カードをガスコンロで燃やしてもいいですか",
    "本人が認知症で返事もできない場合代理は",
    "意識調査の回答はどこ",
    "寝たきりで動けない父の写真",
    "先週倒れて今リハビリ中の父の分",
    "暗証番号を間違えてロックされてしまった",
    "亡くなった父のカードを返したい",
    "父が自殺しました。カードの返納が必要ですか",
    "母が倒れて介護が必要になったので家族が受け取れますか",
    "今度倒れたときのために医療情報を登録したい",
    "心臓が悪い父の代わりに",
    "機械が止まってる",
    "血圧の薬を飲んでいるが薬の情報は見られるか",
    "薬をたくさん飲んでいて、お薬手帳の代わりになりますか",
)
DESPAIR = (
    "もう死ぬから番号を消してください",
    "死にたいです、カードの返納も先にしておきたくて",
    "息子が死ぬって言って部屋から出てきません",
    "消えてしまいたい",
    "自殺しようと思っています",
    "生きてても仕方ないんです",
    "もう生きるのがつらくて",
)
NOT_DESPAIR = (
    "父が自殺しました。カードの返納が必要ですか",
    "死んだ母のカードを返したい",
    "死ぬまでカードを持たないといけませんか",
    "自殺対策の窓口はどこですか",
    "名簿から名前が消えてしまった",
)


@pytest.mark.parametrize("text", NOW)
def test_danger_is_heard(text: str) -> None:
    assert tells_of_danger(normalise(text))
    assert "emergency" in find_plain(normalise(text))


@pytest.mark.parametrize("text", NOT_NOW)
def test_no_false_alarm(text: str) -> None:
    assert not tells_of_danger(normalise(text))
    assert not tells_of_despair(normalise(text))


@pytest.mark.parametrize("text", DESPAIR)
def test_despair_is_heard(text: str) -> None:
    assert "distress" in find_plain(normalise(text))


@pytest.mark.parametrize("text", NOT_DESPAIR)
def test_the_dead_and_the_lost_are_no_despair(text: str) -> None:
    assert not tells_of_despair(normalise(text))


@given(st.sampled_from(NOW), st.sampled_from(("あの、", "もしもし、", "すみません、市役所ですか。", "えっと")))
def test_danger_is_heard_behind_any_opening(text: str, opening: str) -> None:
    assert tells_of_danger(normalise(opening + text))


@given(st.text(max_size=300))
def test_any_text_can_be_looked_at(text: str) -> None:
    assert isinstance(tells_of_danger(normalise(text)), bool)
