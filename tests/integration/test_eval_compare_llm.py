"""Suites without a language model, with a good one and with a bad one: the real client, guard rails and checks."""

from importlib.util import find_spec

import pytest

from eval.bench.product import csv_of
from eval.compare_llm import Comparison, compare_llm
from knowledge.answering.checking import Checker
from knowledge.bootstrap import opened
from knowledge.settings import SearchSettings, Settings, TrainingSettings
from tests.fakes import small_city

pytestmark = [
    pytest.mark.skipif(find_spec("litellm") is None, reason="the extra [llm] is not installed"),
    pytest.mark.llm,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::pydantic.warnings.PydanticDeprecatedSince20"),
]  # fmt: skip
CASES = 25


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    given = Settings(
        data_dir=tmp_path_factory.mktemp("city"), search=SearchSettings(training=TrainingSettings(background=False))
    )
    with opened(given) as services:
        services.faqs.import_file(csv_of(small_city.entries()), True, "test")
    return given


def of(found: Comparison, suite: str, model: str) -> tuple[int, int, int]:
    one = next(one for one in found.suites if (one.suite, one.model) == (suite, model))
    return one.requests, one.drafts, len(one.planted)


def test_neither_a_good_nor_a_bad_model_makes_anything_worse(settings: Settings) -> None:
    found = compare_llm(settings, CASES)
    assert found.nothing_worse
    assert {(one.suite, one.model) for one in found.suites} == {
        (suite, model) for suite in ("mihon", "probe", "safety") for model in ("", "good", "bad")
    }
    assert of(found, "mihon", "") == (0, 0, 0)
    asked, drafts, _ = of(found, "mihon", "good")
    assert asked >= drafts > 0
    assert of(found, "mihon", "bad")[0] > 0
    assert of(found, "mihon", "bad")[1:] == (0, 0)


def test_without_the_checks_the_comparison_would_be_red(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for check in ("problems", "left_out", "provisos_left_out"):
        monkeypatch.setattr(Checker, check, lambda *_: ())
    found = compare_llm(settings, CASES)
    assert of(found, "mihon", "bad")[2] > 0
    assert not found.nothing_worse
