"""What short replies, digits and secrets mean; and that no sequence of events breaks the dialogue."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.privacy.redacted import RedactedText
from tests.fakes.voice import MIHON, MihonAnswers
from voicebot.dialogue import actions as do
from voicebot.dialogue import events as ev
from voicebot.dialogue.digits import is_phone_number, read_back, spoken_digits
from voicebot.dialogue.machine import advance
from voicebot.dialogue.secrets import says_secret
from voicebot.dialogue.state import State
from voicebot.dialogue.step import World
from voicebot.dialogue.words import best_label, is_backchannel, named_language, none_of_these, ordinal, wish, yes_no
from voicebot.settings import DialogueSettings
from voicebot.texts import load_texts

WORLD = World(load_texts(MIHON), DialogueSettings())


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("はい", "yes"), ("ええ、そうです", "yes"), ("うん", "yes"), ("はい、解決しました。", "yes"), ("わかりました", "yes"),
        ("大丈夫です", "yes"), ("お願いします", "yes"), ("あの、はい", "yes"), ("Yes", "yes"), ("네", "yes"),
        ("いいえ", "no"), ("いや、違います", "no"), ("解決していません", "no"), ("わかりません", "no"), ("結構です", "no"),
        ("特にありません", "no"), ("まだです", "no"), ("ないです", "no"), ("No.", "no"),
        ("カードの更新", ""), ("住所が変わりました", ""), ("", ""),
    ],
)  # fmt: skip
def test_yes_no(text: str, meaning: str) -> None:
    assert yes_no(text).meaning == meaning


def test_rest_after_yes_or_no_is_kept_when_it_is_a_question() -> None:
    assert yes_no("いいえ、住所変更のやり方を知りたいです").rest == "住所変更のやり方を知りたいです"
    assert yes_no("はい、ありがとうございました").rest == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("オペレーターをお願いします", "person"), ("人に代わってください", "person"), ("担当者につないで", "person"),
        ("直接人と話せますか", "person"), ("もう一度", "repeat"), ("もう一回言ってください", "repeat"), ("聞き取れませんでした", "repeat"),
        ("ゆっくりお願いします", "slower"), ("早口でわかりません", "slower"), ("声が小さいです", "louder"),
        ("もう少し大きな声でお願いします", "louder"), ("ありがとうございました", "goodbye"), ("もういいです", "goodbye"),
        ("もう一度暗証番号を設定したい", ""), ("本人と代理人の違い", ""), ("代理人が行ってもいいですか", ""), ("担当課はどこですか", ""),
        ("家族の人が受け取れますか", ""), ("カードの写真を大きくしたい", ""),
    ],
)  # fmt: skip
def test_wishes(text: str, expected: str) -> None:
    assert wish(text) == expected


@pytest.mark.parametrize(("text", "is_it"), [("はい", True), ("ええ", True), ("うん、うん", True), ("はいはい", True), ("はい、そうです", False), ("いいえ", False), ("", False)])  # fmt: skip
def test_backchannel(text: str, is_it: bool) -> None:
    assert is_backchannel(text) is is_it


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("一番", 0),
        ("1番です", 0),
        ("二つ目", 1),
        ("2", 1),
        ("最後のやつ", 2),
        ("真ん中", 1),
        ("さん", 2),
        ("四番", None),
        ("住所", None),
    ],
)
def test_ordinal(text: str, index: int | None) -> None:
    assert ordinal(text, 3) == index


def test_labels_are_told_apart_by_their_own_words() -> None:
    labels = ("署名用電子証明書の暗証番号", "利用者証明用電子証明書の暗証番号")
    assert best_label("署名用の方です", labels) == 0
    assert best_label("利用者証明のほう", labels) == 1
    assert best_label("電子証明書の暗証番号", labels) is None
    assert none_of_these("どれでもないです")


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("ゼロサンの、1234のごーろくななはちです", "0312345678"),
        ("０９０ー１２３４ー５６７８", "09012345678"),
        ("えーと、きゅうぜろ", "90"),
        ("はい", ""),
    ],
)
def test_spoken_digits(text: str, digits: str) -> None:
    assert spoken_digits(text) == digits


@given(st.from_regex(r"0[3-9][0-9]{8}", fullmatch=True))
def test_read_back_loses_no_digit(number: str) -> None:
    assert "".join(ch for ch in read_back(number) if ch.isdigit()) == number


@given(st.text(alphabet="0123456789", max_size=14))
def test_phone_numbers_have_ten_or_eleven_digits_and_start_with_zero(digits: str) -> None:
    if is_phone_number(digits):
        assert len(digits) in (10, 11)
        assert digits[0] == "0"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("マイナンバーは123456789012です", True), ("1234 5678 9012", True), ("暗証番号は、1234です", True),
        ("個人番号がいちにさんよんごろく", True), ("マイナンバーカードは2026年に作りました", False), ("電話は0312345678です", False),
        ("暗証番号を3回間違えました", False), ("令和8年4月1日に引っ越しました", False),
    ],
)  # fmt: skip
def test_secrets(text: str, secret: bool) -> None:
    assert says_secret(text, frozenset(), ("my_number",)) is secret


_TEXT = st.sampled_from(
    ["はい", "いいえ", "更新", "暗証番号", "一番", "オペレーター", "もう一度", "ゆっくり", "0312345678", "ゼロサン", "火事",
     "どれでもない", "ありがとうございました", "マイナンバーは123456789012", "ごみ", "うん", ""]
)  # fmt: skip
_EVENTS = st.one_of(
    st.builds(
        lambda text, c: ev.Heard(text, RedactedText("＊"), confidence=c), _TEXT, st.sampled_from([0.1, 0.4, 0.9])
    ),
    st.builds(lambda text: ev.Overheard(text, RedactedText("＊")), _TEXT),
    st.builds(ev.Key, st.sampled_from(list("0123456789*#"))),
    st.just(ev.Silence()),
    st.just(ev.Unheard()),
    st.just(ev.AnswerSlow()),
    st.just(ev.AnswerFailed("x")),
    st.builds(ev.Transferred, st.booleans()),
    st.builds(ev.CallbackStored, st.sampled_from(["", "C-1"])),
    st.builds(lambda text: ev.Answered(MihonAnswers()._decide(text), 0.9), _TEXT),
)


@settings(max_examples=300, deadline=None)
@given(st.booleans(), st.booleans(), st.booleans(), st.lists(_EVENTS, max_size=25))
def test_no_sequence_of_events_breaks_the_dialogue(
    open_: bool, overflow: bool, hearing: bool, sequence: list[ev.Event]
) -> None:
    state, _ = advance(WORLD, State(), ev.Started(open=open_, overflow=overflow, hearing=hearing))
    for event in sequence:
        before = state.node
        state, made = advance(WORLD, state, event)
        kinds = [type(action) for action in made]
        if before == "closing":
            assert set(kinds) <= {do.Mute}, "a number is blanked even then, but nothing else happens"
        if state.node in ("question", "clarify", "resolved", "more", "offer_callback") and do.Say in kinds:
            assert do.Listen in kinds, "the bot spoke and then listens to nothing"
        if do.Transfer in kinds:
            assert state.open
            assert not state.overflow
        assert state.reasks <= WORLD.settings.max_reasks


@pytest.mark.parametrize("again", ["分か", "そうですね", "ますか"])
def test_words_said_over_and_over_are_read_at_once(again: str) -> None:
    assert yes_no("はい、" + "分かりましたよありがとう" * 20).rest == ""
    assert yes_no("はい、" + again * 80 + "。").meaning == "yes"
    assert wish("もう一度" + again * 80 + "猫") == ""
    assert named_language("韓国語" + again * 80 + "猫") == ""
