"""Messages between the server and its copies, in whatever pieces they arrive."""

from hypothesis import given
from hypothesis import strategies as st

from api.reading.copy import framed, unframed

CONTENT = st.recursive(st.none() | st.integers() | st.floats(allow_nan=False) | st.text(), st.tuples, max_leaves=5)


@given(st.lists(CONTENT, max_size=5), st.lists(st.integers(1, 40), min_size=1))
def test_what_is_sent_arrives_whole_and_in_order(messages: list[object], sizes: list[int]) -> None:
    sent, buffer, arrived, turn = b"".join(map(framed, messages)), bytearray(), list[object](), 0
    while sent:
        size = sizes[turn % len(sizes)]
        buffer += sent[:size]
        sent, turn = sent[size:], turn + 1
        arrived += unframed(buffer)
    assert arrived == messages
    assert not buffer
