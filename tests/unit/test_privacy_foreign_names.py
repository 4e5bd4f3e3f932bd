"""Names that people give in the other languages of the service."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.privacy.redactor import RuleRedactor

REDACTOR = RuleRedactor()


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("My name is John Smith, I lost my card", "John Smith"),
        ("hello my name is maria garcia.", "maria garcia"),
        ("My name is Plantedname Smith and I lost my card", "Plantedname Smith"),
        ("Tôi tên là Nguyễn Văn An, tôi bị mất thẻ", "Nguyễn Văn An"),
        ("Meu nome é João da Silva e perdi o cartão", "João da Silva"),
        ("Me chamo Ana", "Ana"),
        ("Ako si Juan dela Cruz, nawala ang card ko", "Juan dela Cruz"),
        ("Ako po si Maria", "Maria"),
        ("我叫王小明，卡丢了", "王小明"),
        ("我的名字是李娜。怎么更新", "李娜"),
        ("제 이름은 김철수입니다. 카드를 잃어버렸어요", "김철수"),
    ],
)
def test_introduced_names_are_hidden(text: str, hidden: str) -> None:
    found = REDACTOR.redact(text)
    assert hidden not in found.text
    assert found.kinds == {"name"}
    assert "【氏名】" in found.text


@pytest.mark.parametrize(
    "text",
    [
        "How do I change my name on the card?",
        "What is the name of the form?",
        "I am leaving Japan. What happens to my card?",
        "Is my name printed on the My Number Card in kana?",
        "我叫什么名字都可以吗",
        "이름을 바꾸고 싶어요",
        "Como mudo meu nome no cartão?",
        "Tôi muốn đổi tên trên thẻ",
    ],
)
def test_questions_about_names_stay_as_they_are(text: str) -> None:
    assert REDACTOR.redact(text).text == text


@given(st.text(max_size=60))
def test_redacting_twice_changes_nothing(text: str) -> None:
    once = REDACTOR.redact("My name is " + text).text
    assert REDACTOR.redact(once).text == once
