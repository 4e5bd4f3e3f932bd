"""A foreign question about a matter the best FAQ says nothing of."""

import pytest

from knowledge.answering.foreign_topics import names_other_topic
from knowledge.domain import FaqEntry
from knowledge.text.normalise import normalise

LOST = FaqEntry(
    "F1", "What should I do if I lost my card?", "Call the hotline.", lang="en", alt_questions=("My bag was stolen",)
)
FAMILY = FaqEntry("F2", "What happens to the card when a family member passed away?", "Return it.", lang="en")


@pytest.mark.parametrize(
    "text",
    [
        "My mother died last week, what about her card?", "Can I add my maiden name?", "which bank account gets the money", "Can it be my driver's license too?",
        "我父亲过世了，卡要还吗", "卡摔裂了", "어머니가 돌아가셨는데 카드는요", "성이 바뀌었어요", "bố tôi vừa mất tháng trước", "thẻ bị gãy rồi", "meu pai faleceu", "o cartão quebrou",
        "namatay ang nanay ko", "nasira ang card ko",
    ],
)  # fmt: skip
def test_the_faq_is_about_something_else(text: str) -> None:
    assert names_other_topic(normalise(text), LOST)


@pytest.mark.parametrize("text", ["I lost my card", "卡丢了", "카드를 잃어버렸어요", "tôi bị mất thẻ rồi", "perdi meu cartão", "nawala ang card ko"])  # fmt: skip
def test_ordinary_matters_name_none_of_these(text: str) -> None:
    assert not names_other_topic(normalise(text), LOST)


def test_an_faq_that_names_the_matter_stays() -> None:
    assert not names_other_topic("my husband passed away", FAMILY)
