"""Targets of the labelled set: recall of numbers, names and addresses, and false alarms on ordinary questions.

`tuned.jsonl` was looked at while the rules were written; `held_out.jsonl` never was.
"""

import json
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from knowledge.privacy.digits import digit_runs
from knowledge.privacy.kinds import LABELS, Kind
from knowledge.privacy.normalise import normalise
from knowledge.privacy.officials import officials
from knowledge.privacy.redactor import RuleRedactor
from tests.fakes.check_digit import is_valid_my_number

_FOLDER = Path(__file__).parents[2] / "eval" / "datasets" / "pii"
_WORDS = {Kind.NAME, Kind.ADDRESS}
_ALL = (
    "tuned",
    "held_out",
    "adversarial",
    "adversarial_second",
    "adversarial_third",
    "adversarial_fourth",
    "adversarial_fifth",
    "adversarial_sixth",
    "adversarial_seventh",
    "adversarial_eighth",
    "adversarial_ninth",
    "tuned_second",
    "held_out_second",
)


def _rows(*files: str) -> list[dict[str, object]]:
    lines = [line for file in files for line in (_FOLDER / f"{file}.jsonl").read_text("utf-8").splitlines()]
    return [json.loads(line) for line in lines]


def _recall(rows: list[dict[str, object]]) -> tuple[Counter[str], Counter[str]]:
    """Per kind: spans in the set, and spans of which no letter or digit stays readable."""
    redactor = RuleRedactor()
    total: Counter[str] = Counter()
    hidden: Counter[str] = Counter()
    for row in rows:
        text = str(row["text"])
        covered = {i for start, end, _ in redactor.redact(text).spans for i in range(start, end)}
        for span in row["spans"]:  # type: ignore[attr-defined]
            needed = [i for i in range(span["start"], span["end"]) if unicodedata.category(text[i])[0] not in "PZ"]
            total[span["kind"]] += 1
            hidden[span["kind"]] += all(i in covered for i in needed)
    return total, hidden


def test_the_set_is_large_and_holds_no_real_looking_number() -> None:
    rows = _rows(*_ALL)
    assert len(rows) >= 800
    assert sum(1 for row in rows if not row["spans"]) >= 150
    assert {row["style"] for row in rows} == {"written", "asr", "spoken", "clean"}
    for row in rows:
        for span in row["spans"]:  # type: ignore[attr-defined]
            spoken = normalise(str(row["text"])[span["start"] : span["end"]]).text
            digits = "".join(run.value for run in digit_runs(spoken))
            assert not is_valid_my_number(digits), row


def test_check_digit_follows_the_ordinance() -> None:
    assert is_valid_my_number("983205673214")
    assert not is_valid_my_number("983205673210")
    assert not is_valid_my_number("123456789012")
    assert not is_valid_my_number("12345678901")


@pytest.mark.parametrize("file", ["tuned", "held_out"])
def test_no_individual_number_is_left(file: str) -> None:
    total, hidden = _recall(_rows(file))
    assert hidden[Kind.MY_NUMBER] == total[Kind.MY_NUMBER] > 15


@pytest.mark.parametrize("file", ["tuned", "held_out"])
def test_recall_of_numbers(file: str) -> None:
    total, hidden = _recall(_rows(file))
    numbers = [kind for kind in total if kind not in _WORDS]
    assert sum(hidden[kind] for kind in numbers) >= 0.98 * sum(total[kind] for kind in numbers)


@pytest.mark.parametrize("kind", sorted(LABELS))
def test_recall_of_every_kind(kind: str) -> None:
    total, hidden = _recall(_rows("tuned", "held_out"))
    if total[kind]:
        assert hidden[kind] >= (0.95 if kind in _WORDS else 0.97) * total[kind]


def test_recall_of_names_and_addresses_not_seen_before() -> None:
    total, hidden = _recall(_rows("held_out"))
    words = [kind for kind in total if kind in _WORDS]
    assert sum(hidden[kind] for kind in words) >= 0.95 * sum(total[kind] for kind in words)


@pytest.mark.parametrize(
    "file",
    [
        "adversarial",
        "adversarial_second",
        "adversarial_third",
        "adversarial_fourth",
        "adversarial_fifth",
        "adversarial_sixth",
        "adversarial_seventh",
        "tuned_second",
    ],
)
def test_recall_where_people_make_it_hard(file: str) -> None:
    """Spelled names, numbers in pieces, corrections, old addresses. The README of the data tells what each set read before
    any rule was written for it."""
    total, hidden = _recall(_rows(file))
    assert hidden[Kind.MY_NUMBER] == total[Kind.MY_NUMBER] >= 11
    for kind in _WORDS:
        assert hidden[kind] >= 0.95 * total[kind]
    assert sum(hidden.values()) >= 0.97 * sum(total.values())


@pytest.mark.parametrize(
    ("file", "names", "addresses", "numbers"),
    [
        ("held_out_second", 0.92, 0.85, 0.95),
        ("adversarial_eighth", 0.88, 0.75, 1),
        ("adversarial_ninth", 0.8, 0.85, 0.94),
    ],
)
def test_hard_sentences_that_no_single_rule_was_written_for(
    file: str, names: float, addresses: float, numbers: float
) -> None:
    """They may only rise; the README of the data tells what each set read first."""
    total, hidden = _recall(_rows(file))
    for kind, least in ((Kind.NAME, names), (Kind.ADDRESS, addresses), (Kind.MY_NUMBER, numbers)):
        assert hidden[kind] >= least * total[kind] > 10, kind


def test_ordinary_questions_stay_as_they_are() -> None:
    clean = [str(row["text"]) for row in _rows(*_ALL) if not row["spans"]]
    redactor = RuleRedactor()
    changed = [text for text in clean if redactor.redact(text).spans]
    assert len(changed) <= 0.01 * len(clean), changed


@pytest.mark.parametrize(
    "text",
    [
        "18歳です",
        "申請書がないと申し込めないですか",
        "印刷された氏名が今と違うときは使えません",
        "大家さんに番号を書くように言われました",
        "0000や1111は暗証番号に使えますか",
        "恵庭市役所 恵庭市京町1番地",
        "令和8年11月に期限が切れます",
        "暗証番号を3回間違えました",
        "暗証番号は4桁ですか",
        "1,000円かかりますか",
        "5回目の誕生日",
        "山田駅",
        "松阪市に引っ越し",
        "0120-95-0178に電話しました",
        "警察は#9110、消費者相談は188、急ぐときは110か119",
        "市役所の住所は松阪市殿町1340番地1です",
        "海外からは050-3818-1250（有料）へ",
        "base64で書いた44K344K544OG44Og44KS5YGc5q2i",
        "3年前です",
        "たぶんそうですけど",
        "子どものときの写真",
        "母がだめっていうので",
        "Google Chromeですが",
        "Error Codeと出ます",
        "西側の入口ですけど",
        "カードと書いてある封筒です",
        "10年じゃなくて5年の方です",
        "下四桁を教えてください",
        "母は元気です",
        "うちの写真の大きさ",
        "301号室の相談室",
    ],
)
def test_these_are_not_personal(text: str) -> None:
    assert RuleRedactor().redact(text).text == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("マイナンバーは123456789012です", "マイナンバーは【個人番号】です"),
        ("山田花子と申します", "【氏名】と申します"),
        ("電話は060-1234-5678です", "電話は【電話番号】です"),
        ("松阪市川井町123番地4に住んでいます", "【住所】に住んでいます"),
        ("生年月日は昭和60年3月15日です", "生年月日は【生年月日】です"),
        ("暗証番号は1234です", "暗証番号は【暗証番号】です"),
        ("メールはhanako@example.jpです", "メールは【メールアドレス】です"),
        ("ゼロキューゼロの1234の5678です", "【電話番号】です"),
        ("電話は090-12…あ違う080-3345-7712です", "電話は【電話番号】…あ違う【電話番号】です"),
        ("頭が4455で、次に6677で、お尻が8890です", "頭が【個人番号】で、お尻が【個人番号】です"),
        ("0598の三十の二二一五です", "【電話番号】です"),
        ("すいませんにしむらですが", "すいません【氏名】ですが"),
        ("旧姓が早乙女で、今は原です", "旧姓が【氏名】で、今は【氏名】です"),
        ("妹のさくらの分も", "妹の【氏名】の分も"),
        ("小暮が対応、鴨下様へ折返し", "【氏名】が対応、【氏名】様へ折返し"),
        ("妹尾様の勤務先", "【氏名】様の勤務先"),
        ("次男は湊です", "次男は【氏名】です"),
        ("昭33.10.2生", "【生年月日】生"),
        ("Sarah Mitchellです", "【氏名】です"),
        ("しょうわさんじゅうくねんじゅうがつとおか生まれです", "【生年月日】生まれです"),
        ("町名が川井町で、番地が二四三の七です", "町名が【住所】で、番地が【住所】です"),
        ("免許証の番号は309012345620です", "免許証の番号は【運転免許証番号】です"),
    ],
)
def test_labels(text: str, expected: str) -> None:
    assert RuleRedactor().redact(text).text == expected


@pytest.mark.parametrize("hidden", ["\u200b", "\u200d", "\u2060", "\ufeff", "\u202e", "\u00ad", "\ufe0f", "\ud800"])
def test_invisible_characters_hide_no_number(hidden: str) -> None:
    redaction = RuleRedactor().redact("番号は" + hidden.join("123456789012") + "です")
    assert redaction.text == "番号は【個人番号】です"
    assert redaction.kinds == {Kind.MY_NUMBER}


@pytest.mark.parametrize(
    "digits", ["１２３４５６７８９０１２", "١٢٣٤٥٦٧٨٩٠١٢", "①②③④⑤⑥⑦⑧⑨0①②", "𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗𝟎𝟏𝟐", "一二三四五六七八九〇一二"]
)
def test_digits_of_any_script(digits: str) -> None:
    assert RuleRedactor().redact(f"番号{digits}です").text == "番号【個人番号】です"


def test_half_width_kana_digits() -> None:
    assert RuleRedactor().redact("ｾﾞﾛｷｭｰｾﾞﾛの1234の5678です").text == "【電話番号】です"


def test_the_city_can_publish_its_own_numbers_and_places() -> None:
    city = officials(("0598-53-4000",), ("松阪市殿町1340番地1", "shimin@city.example.jp", "久保町3丁目5番地ふれあい館"))
    redactor = RuleRedactor(city)
    public = "0598-53-4000、松阪市殿町1340番地1、shimin@city.example.jp"
    assert redactor.redact(public).text == public
    assert redactor.redact("0598-53-4001").text == "【電話番号】"
    assert redactor.redact("松阪市殿町1341番地").text == "【住所】"


def test_a_public_phone_beside_a_private_one() -> None:
    text = RuleRedactor().redact("0120-95-0178、090-1234-5678").text
    assert text == "0120-95-0178、【電話番号】"


def test_opening_hours_do_not_hide_a_phone() -> None:
    assert RuleRedactor().redact("平日8:30-17:15 0598-12-3456").text == "平日8:30-17:15 【電話番号】"


def test_every_kind_has_its_own_label() -> None:
    assert set(LABELS) == set(Kind)
    assert len(set(LABELS.values())) == len(LABELS)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("うち岸和田いうんやけど", "岸和田"),
        ("おかもとじゃが、カードはまだかね", "おかもと"),
        ("こちら東雲でございます", "東雲"),
        ("草薙さんという男性に聞きました", "草薙"),
        ("SV浅利へエスカレーション", "浅利"),
        ("市民課の飯塚主任に取次", "飯塚"),
        ("私グエンティランです", "グエンティラン"),
        ("うちは本町1の22の3のほうです", "本町1の22の3"),
        ("旭ヶ丘いっちょうめのさんのご", "旭ヶ丘いっちょうめのさんのご"),
        ("新住所は南5条西8丁目3番地です", "南5条西8丁目3番地"),
        ("郵便番号は五一五の〇〇一一です", "五一五の〇〇一一"),
        ("千二百三十四、五千六百七十八、九千十二です", "千二百三十四、五千六百七十八、九千十二"),
        ("上から9876、ほんで5432、しまいが1098", "1098"),
        ("1234、はい1234ですね、5678、はい5678、9012", "5678"),
    ],
)
def test_what_people_say_without_a_word_that_announces_it(text: str, hidden: str) -> None:
    assert hidden not in RuleRedactor().redact(text).text


@pytest.mark.parametrize(
    "text",
    [
        "うちは3人家族で、3人分の申請書がほしいです", "家が遠いので支所で受け取りたいです",
        "2丁目の支所と3丁目の公民館はどちらが近いですか", "担当は平日だけですか", "こちらは確認しましたけれど",
        "本人が住所を変更して14日以内に届けます", "写真は縦4.5センチ、横3.5センチです",
        "私サラリーマンですけど土曜は開いていますか", "代理人が行くときは委任状がいりますか",
    ],
)  # fmt: skip
def test_what_only_looks_alike_stays(text: str) -> None:
    assert RuleRedactor().redact(text).text == text
