"""Names and addresses that no fixed sentence announces: what the words are and what stands around them is added up."""

import pytest

from knowledge.privacy.kinds import Kind
from knowledge.privacy.redactor import RuleRedactor

_REDACTOR = RuleRedactor()


def _hidden(text: str, kind: Kind) -> list[str]:
    return [text[start:end] for start, end, found in _REDACTOR.redact(text).spans if found == kind]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("昨日安部さんて方に案内してもらいました", ["安部"]),
        ("長男大翔と次男颯太の分", ["大翔", "颯太"]),
        ("友人の野田に頼めますか", ["野田"]),
        ("名前を中野で予約しました", ["中野"]),
        ("通称で金田を使ってます", ["金田"]),
        ("孫が碧っていう名前なんですが漢字が出なくて", ["碧"]),
        ("うちの子、すみれのカードですが", ["すみれ"]),
        ("梶と読みます、木へんに尾です", ["梶"]),
        ("施設職員（島袋）より、5名分まとめて", ["島袋"]),
        ("デシ・ラトナサリさんの代わりに会社から電話しています", ["デシ・ラトナサリ"]),
        ("夫はジョージです", ["ジョージ"]),
        ("予約はエンドウで取ってます", ["エンドウ"]),
        ("森です。木を三つ書く字です", ["森"]),
        ("関で予約してあります", ["関"]),
        ("春夏冬様、カード紛失", ["春夏冬"]),
        ("会社に猪股って言ってもらえれば", ["猪股"]),
        ("ローマ字でK・U・B・Oです", ["K・U・B・O"]),
        ("さんずいに刈るの渋沢、いや普通の渋沢です", ["渋沢", "渋沢"]),
    ],
)
def test_a_name_is_found_by_the_evidence_around_it(text: str, names: list[str]) -> None:
    assert _hidden(text, Kind.NAME) == names


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("いま若宮三丁目十二番に住んでます", ["若宮三丁目十二番"]),
        ("高城西二の三十一の五に越しました", ["高城西二の三十一の五"]),
        ("今の住まいはグランドメゾン西公園の1105号", ["グランドメゾン西公園の1105号"]),
        ("県営西団地の4棟の302です", ["県営西団地の4棟の302"]),
        ("4の18の205です、町名は東本町", ["4の18の205", "東本町"]),
        ("桜木町ごちょうめじゅうにのはちです", ["桜木町ごちょうめじゅうにのはち"]),
    ],
)
def test_an_address_needs_no_municipality(text: str, addresses: list[str]) -> None:
    assert _hidden(text, Kind.ADDRESS) == addresses


@pytest.mark.parametrize(
    "text",
    [
        "はじめて作るんだけんど、銭っこなんぼかかるべ",
        "入居者様が受け取り前にお亡くなりになりました",
        "カードは本人が受け取るのが原則ですが",
        "要介護の母、自宅訪問で申請受付してもらえる？",
        "駅の東口から泉区役所まで歩けますか",
        "森林環境税と林業のことで",
        "大島紬の着物で写真を撮ってもいいですか",
        "福島の実家に住民票を移したいです",
        "旧字体の渡辺の辺はどれでも使えますか",
        "担当は総務課ですか市民課ですか",
        "本田のバイクで行けますか、駐車場はありますか",
        "花子という名前の見本が載っていました",
        "5の1の書類はどれですか",
        "2の丸公園の前のコンビニで出せますか",
        "生年月日、電話番号、住所、「1234」など、推測されやすい番号は避けてください。",
        "座間市役所（座間市緑ケ丘一丁目1番1号）へお越しください",
    ],
)
def test_places_words_and_offices_stay(text: str) -> None:
    assert _REDACTOR.redact(text).spans == ()


def test_parts_of_a_number_said_again_are_hidden() -> None:
    assert _hidden("6655ですよね、はい6655、4433、はい、2211はい", Kind.MY_NUMBER)[0] == "6655"
    assert "2217" in _hidden("66554433まではわかるんですが残りが2211か2217か見えません", Kind.MY_NUMBER)
