"""What the wording alone decides: cues in every language, and how people pick an option of a question back."""

import pytest

from knowledge.answering.conversation import pick
from knowledge.answering.cues import find_cues
from knowledge.answering.policy import Signals, Thresholds, decide
from knowledge.domain import ClarifyOption
from knowledge.text.normalise import normalise

OPTIONS = (
    ClarifyOption("カード・電子証明書", "A"),
    ClarifyOption("写真", "B"),
    ClarifyOption("電子証明書・暗証番号", "C"),
)
THRESHOLDS = Thresholds(0.6, 0.4, {"": 0.38, "cue": 0.005}, sure_at=0.6)


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("I want to talk to a person", "asked_for_person"),
        ("我想和人说话", "asked_for_person"),
        ("我想找人工客服", "asked_for_person"),
        ("상담원과 통화하고 싶어요", "asked_for_person"),
        ("Tôi muốn nói chuyện với nhân viên", "asked_for_person"),
        ("Quero falar com um atendente", "asked_for_person"),
        ("Gusto kong makausap ang tao", "asked_for_person"),
        ("My husband collapsed and he is not breathing", "emergency"),
        ("I don't want to live anymore", "distress"),
    ],
)
def test_every_language_can_ask_for_a_person_or_for_help(text: str, cue: str) -> None:
    assert find_cues(normalise(text)) == {cue}


@pytest.mark.parametrize("text", ["Where is the fire station?", "人工", "个人编号卡的照片", "What do I need to bring?"])
def test_ordinary_questions_hold_no_cue(text: str) -> None:
    assert find_cues(normalise(text)) == frozenset()


def test_a_cue_decides_where_the_model_does_not_judge() -> None:
    cues = frozenset({"asked_for_person"})
    unjudged = decide(Signals((0.9,), {}, cues, foreign=True), THRESHOLDS)
    assert (unjudged.action, unjudged.reason) == ("handoff", "asked_for_person")
    assert decide(Signals((0.9,), {"asked_for_person": 0.001}, cues), THRESHOLDS).action == "answer"


@pytest.mark.parametrize(
    ("said", "faq_id"),
    [
        ("1番です", "A"),
        ("上から2つ目", "B"),
        ("カードの方です", "A"),
        ("写真について", "B"),
        ("電子証明書", "C"),
        ("後者", "C"),
        ("最後の", "C"),
        ("じゃあ、１", "A"),
        ("です", None),
        ("どれでもない", None),
        ("はい", None),
    ],
)
def test_people_pick_an_option_in_their_own_words(said: str, faq_id: str | None) -> None:
    assert pick(said, OPTIONS) == faq_id


def test_the_last_of_two_is_the_second() -> None:
    assert pick("後者でお願いします", OPTIONS[:2]) == "B"
    assert pick("3番", OPTIONS[:2]) is None
