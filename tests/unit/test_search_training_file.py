"""What a training process reads is what was written for it, and each name is one string."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.search.training import TrainingTexts
from knowledge.search.training_file import read_texts, write_texts

NAMES = st.lists(st.text("あいカード窓口1:w", min_size=1, max_size=4), max_size=5)
PAIRS = st.lists(st.tuples(st.integers(0, 3), NAMES), max_size=5)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lists=st.lists(st.tuples(NAMES, NAMES), max_size=4), pairs=st.tuples(PAIRS, PAIRS, PAIRS))
def test_round_trip(
    tmp_path: Path, lists: list[tuple[list[str], list[str]]], pairs: tuple[list[tuple[int, list[str]]], ...]
) -> None:
    sentences, alternatives, utterances = pairs
    keys = [f"F{n}" for n in range(len(lists))]
    texts = TrainingTexts(
        [q for q, _ in lists], [a for _, a in lists], sentences, alternatives, keys, [f"p{k}" for k in keys], utterances
    )
    write_texts(tmp_path / "texts.npz", texts)
    assert read_texts(tmp_path / "texts.npz") == texts


def test_names_are_shared(tmp_path: Path) -> None:
    write_texts(tmp_path / "texts.npz", TrainingTexts([["窓口"], ["窓口"]], [["窓口"], []]))
    read = read_texts(tmp_path / "texts.npz")
    assert read.questions[0][0] is read.questions[1][0] is read.answers[0][0]
