"""Follow-ups are read together with what was answered last; new questions are left alone."""

from datetime import UTC, datetime, timedelta

import pytest

from knowledge.answering.conversation import KEEP_FOR, MAX_SAID, Conversations, Talk
from knowledge.answering.followup import FollowUps
from knowledge.domain import ApprovedAnswer
from knowledge.privacy.redacted import RedactedText
from knowledge.privacy.redactor import RuleRedactor
from tests.fakes import small_city

FORGOTTEN = "数字4桁の暗証番号を忘れました。どうすればよいですか。"
PROXY = "代理人がカードを受け取るとき、何を持っていけばよいですか。"
FEE = "カードや電子証明書の更新に手数料はかかりますか。"
TOLD = ApprovedAnswer("A1", 1, FORGOTTEN, "窓口へ", "窓口へ")
NOW = datetime(2026, 11, 27, tzinfo=UTC)


def follow_ups() -> FollowUps:
    return FollowUps(small_city.tokenizer(), RuleRedactor())


def read(utterance: str, topic: str = FORGOTTEN) -> str | None:
    found = follow_ups().standalone(RedactedText(utterance), Talk(topic))
    return found.text if found else None


@pytest.mark.parametrize(
    "utterance",
    [
        "じゃあ代理人の場合は？",
        "それって手数料かかりますか",
        "土日でもできますか",
        "その場合、何が必要ですか",
        "えっと、じゃあ、家族でもいいですか",
        "いくらですか",
        "子どもの場合はどうなりますか",
        "予約は必要ですか",
        "15歳未満だとどうですか",
        "それはどこでできますか",
        "ちなみに郵送でもできますか",
        "何を持っていけば",
        "いくらかかる",
        "やっぱり郵送でやりたいんですけど",
        "主人の代わりに私が行っても大丈夫ですか",
        "何回行くことになりますか",
    ],
)
def test_a_follow_up_carries_the_topic(utterance: str) -> None:
    whole = read(utterance)
    assert whole is not None
    assert "暗証番号" in whole
    assert "忘れる" in whole


@pytest.mark.parametrize(
    "utterance",
    [
        "カードをなくしました",
        "じゃあカードの更新はいつからできますか",
        "電子証明書の手数料はいくらですか",
        "ありがとうございました",
        "なるほど、じゃあ行ってみます",
        "そうですか、無料なんですね",
        "それじゃあ母に聞いてみます",
        "話は変わりますけど、子どもの場合は",
        "どこかに落としました",
        "はい",
        "マイナ保険証は使えますか",
        "引っ越したんですけど、カードの住所はどこで変えますか",
        "えっと主人が亡くなりまして、それで健康保険証のほうはどこに返せばいいのか教えていただきたいのですが",
        "",
    ],
)
def test_a_question_of_its_own_is_left_alone(utterance: str) -> None:
    assert read(utterance) is None


def test_without_a_topic_nothing_is_carried() -> None:
    assert read("じゃあ代理人の場合は？", topic="") is None


def test_the_new_person_replaces_the_one_before() -> None:
    whole = read("本人の場合は？", topic=PROXY)
    assert whole is not None
    assert "代理人" not in whole
    assert "カード" in whole
    assert "受け取る" in whole


def test_the_new_aspect_keeps_the_matter() -> None:
    whole = read("どこでできますか", topic=FEE)
    assert whole is not None
    assert "電子証明書" in whole
    assert "更新" in whole
    assert "手数料" not in whole
    assert whole.endswith("どこでできますか")


def test_what_was_not_meant_is_left_out() -> None:
    whole = read("すみません、4桁じゃなくて英数字のほうでした")
    assert whole is not None
    assert "4" not in whole
    assert whole.endswith("英数字")
    assert read("免許証じゃなくて保険証のほうです") is None, "nobody spoke of a licence"


def test_it_says_what_is_new() -> None:
    found = follow_ups().standalone(RedactedText("じゃあ代理人の場合の手数料は？"), Talk(FORGOTTEN))
    assert found is not None
    assert set(found.new) == {"代理人", "手数料"}


def test_what_is_carried_is_redacted_once_more() -> None:
    whole = read("電話090-1234-5678にもらえますか、じゃあ代理人は")
    assert whole is None or "090" not in whole


def test_a_conversation_forgets() -> None:
    talks = Conversations()
    talks.note("c", RedactedText("暗証番号を忘れた"), TOLD, NOW)
    assert talks.talk("c", NOW).topic == FORGOTTEN
    assert talks.talk("other", NOW) == Talk()
    assert talks.talk("c", NOW + KEEP_FOR + timedelta(seconds=1)) == Talk()


def test_a_conversation_keeps_its_topic_while_asked_back_and_few_words() -> None:
    talks = Conversations()
    talks.note("c", RedactedText("暗証番号を忘れた"), TOLD, NOW)
    for number in range(MAX_SAID + 2):
        talks.note("c", RedactedText(f"質問{number}"), None, NOW)
    talk = talks.talk("c", NOW)
    assert talk.topic == FORGOTTEN
    assert len(talk.said) == MAX_SAID
    assert talk.said[-1] == f"質問{MAX_SAID + 1}"
