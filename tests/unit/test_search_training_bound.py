"""How often learning goes through the FAQ: as often as the settings say up to 3,000 of them, then less often."""

import pytest

from knowledge.search.training import ALTERNATIVES_PER_FAQ, TrainingTexts, _Trainer
from knowledge.settings import TrainingSettings
from tests.fakes.search import words


def texts(count: int) -> TrainingTexts:
    """As many pairs as one pass can draw: a sentence and ALTERNATIVES_PER_FAQ wordings of each FAQ."""
    said = [(at, ["語"]) for at in range(count)]
    return TrainingTexts([["語"]] * count, [["語"]] * count, said, said * ALTERNATIVES_PER_FAQ)


@pytest.mark.parametrize(("count", "passes"), [(300, 30), (3_000, 30), (10_000, 9), (40_000, 3)])
def test_many_faq_are_gone_through_less_often(count: int, passes: int) -> None:
    settings = TrainingSettings()
    trainer = _Trainer(texts(count), words(), settings, 0)
    assert trainer._epochs() == passes
    steps = passes * sum(1 for _ in trainer._batches())
    assert steps <= settings.max_steps or passes == 3
