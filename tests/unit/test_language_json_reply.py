"""The JSON in a model's words, however it is wrapped."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.language.json_reply import json_object


@pytest.mark.parametrize(
    "text", ['{"a": "b"}', '```json\n{"a": "b"}\n```', 'はい、こちらです。\n{"a": "b"}\n以上です。', ' {"a":"b"} ']
)
def test_what_stands_around_it_does_no_harm(text: str) -> None:
    assert json_object(text) == {"a": "b"}


@pytest.mark.parametrize("text", ["", "ありません", '{"a": "b"', "}{", '["a"]', "{a: b}", "{" * 5000 + "}" * 5000])
def test_what_is_no_object_is_none(text: str) -> None:
    assert json_object(text) is None


@given(st.text(alphabet='{}[]":,abあ\\', max_size=60))
def test_it_never_raises(text: str) -> None:
    json_object(text)
