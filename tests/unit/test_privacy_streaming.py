from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.privacy.redactor import RuleRedactor
from knowledge.privacy.streaming import StreamingRedactor

_REDACTOR = RuleRedactor()
_SENTENCES = [
    "もしもし、山田花子と申します。",
    "マイナンバーは1234、5678、9012です。",
    "電話はゼロキューゼロ、えー、1234の5678です。",
    "カードの受け取りについて聞きたいのですが、",
    "住所は松阪市川井町123番地4です。",
    "暗証番号は、1234です。",
    "はい、そうです。ありがとうございます。",
    "生年月日は昭和60年3月15日です！",
    "氏名は、鈴木健太です。",
    "メールはhanako@example.jpです\n",
    "電話は090-12、あ違う、080-3345-7712です。",
    "旧姓が安藤で、今は宮本です。",
    "頭が4455で、次に6677で、お尻が8890です。",
    "1234、5678、ここまでいいですか、9012です。",
    "下の名前は、とおるです。",
    "もしもし、きむらまさとと言います。",
]


def _stream(text: str, sizes: list[int]) -> str:
    stream = StreamingRedactor(_REDACTOR)
    parts: list[str] = []
    position = 0
    for size in sizes:
        parts.append(str(stream.feed(text[position : position + size])))
        position += size
    parts += [str(stream.feed(text[position:])), str(stream.close())]
    return "".join(parts)


@given(st.lists(st.sampled_from(_SENTENCES), min_size=1, max_size=6), st.lists(st.integers(1, 9), max_size=40))
@settings(max_examples=200, deadline=None)
def test_any_cutting_gives_the_same_as_the_whole(sentences: list[str], sizes: list[int]) -> None:
    text = "".join(sentences)
    assert _stream(text, sizes) == _REDACTOR.redact(text).text


def test_an_open_digit_run_is_held_back() -> None:
    stream = StreamingRedactor(_REDACTOR)
    shown = [str(stream.feed(chunk)) for chunk in ("番号を言います。", "1234。", "5678。")]
    assert not any(char.isdigit() for part in shown for char in part)
    assert (
        "".join([*shown, str(stream.feed("9012です。")), str(stream.close())]) == "番号を言います。【個人番号】です。"
    )


def test_an_open_cue_is_held_back() -> None:
    stream = StreamingRedactor(_REDACTOR)
    assert stream.feed("暗証番号は、") == ""
    assert stream.feed("1234です。") == "暗証番号は、【暗証番号】です。"


def test_a_number_that_may_be_taken_back_is_held_back() -> None:
    stream = StreamingRedactor(_REDACTOR)
    assert stream.feed("090-12、あ違う。") == ""
    assert stream.feed("080-3345-7712です。") == "【電話番号】、あ違う。【電話番号】です。"


def test_ordinary_speech_flows() -> None:
    stream = StreamingRedactor(_REDACTOR)
    assert stream.feed("カードが届きません。") == "カードが届きません。"
    assert stream.feed("いつ") == ""
    assert stream.close() == "いつ"


def test_the_buffer_stays_bounded_without_punctuation() -> None:
    stream = StreamingRedactor(_REDACTOR)
    shown = sum(len(stream.feed("あいうえお" * 20)) for _ in range(100))
    assert shown >= 10_000 - 4_200
    assert len(stream.close()) == 10_000 - shown
