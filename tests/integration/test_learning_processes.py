"""Training in processes of its own: the same vectors as in this process, progress told, stopped on request."""

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from api.cli.learning import learn
from knowledge.answering.intent_model import Example
from knowledge.errors import Unavailable
from knowledge.learning.intent_process import IntentTrainer
from knowledge.search.train_processes import ProcessTrainer, TrainingStopped
from knowledge.search.training import TrainingTexts, train
from knowledge.search.word_vectors import WordVectors, load_word_vectors
from knowledge.settings import TrainingSettings
from tests.fakes.open_city import City, open_city

QUICK = {"epochs": 3, "seeds": 2, "background": False}
SETTINGS = TrainingSettings.model_validate(QUICK)
TEXTS = TrainingTexts(
    questions=[["カード", "紛失"], ["暗証", "番号"], ["写真", "大きさ"]],
    answers=[["電話", "停止"], ["窓口", "再設定"], ["縦", "横"]],
    sentences=[(0, ["電話", "停止"])],
    alternatives=[(1, ["パスワード", "忘れる"]), (2, ["写真", "サイズ"])],
)


@pytest.fixture(scope="module")
def assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("assets")


@pytest.fixture(scope="module")
def words(assets: Path) -> WordVectors:
    return load_word_vectors(assets)


@pytest.mark.parametrize("background", [False, True])
def test_same_result_as_without_processes(words: WordVectors, assets: Path, background: bool) -> None:
    told: list[tuple[int, int]] = []
    made = ProcessTrainer(words, assets, SETTINGS, background)(
        TEXTS, "x", lambda done, total: told.append((done, total))
    )
    expected = train(TEXTS, words, SETTINGS, "x")
    assert made.identity == "x"
    assert made.index == expected.index
    assert np.allclose(made.table, expected.table, atol=2e-3)
    assert told[-1] == (6, 6)


def test_stop_ends_the_processes(words: WordVectors, assets: Path) -> None:
    trainer = ProcessTrainer(words, assets, TrainingSettings(epochs=100_000, max_steps=100_000_000))
    with pytest.raises(TrainingStopped):
        trainer(TEXTS, "x", lambda done, total: trainer.stop())


def test_a_process_that_dies_is_an_error(words: WordVectors, assets: Path) -> None:
    broken = TrainingTexts(questions=[["a"], ["b"]], answers=[["a"]])
    with pytest.raises(Unavailable, match="途中で止まりました"):
        ProcessTrainer(words, assets, SETTINGS)(broken, "x")


def test_stop_ends_the_training_of_intents_and_leaves_the_model_of_before(tmp_path: Path, assets: Path) -> None:
    trainer = IntentTrainer(tmp_path, assets)
    examples = [Example(f"質問{n}です", "faq" if n % 2 else "complaint") for n in range(400)]
    stopper = threading.Timer(0.2, trainer.stop)
    stopper.start()
    with pytest.raises(TrainingStopped):
        trainer.train(examples)
    stopper.join()
    assert list(tmp_path.glob("intents.npz")) == []
    with pytest.raises(TrainingStopped):
        trainer.train(examples)


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    policy = tmp_path / "policy.jsonl"
    policy.write_text(
        '{"text": "人と話したい", "label": "asked_for_person"}\n{"text": "救急車を呼んで", "label": "emergency"}\n',
        encoding="utf-8",
    )
    with open_city(tmp_path, search={"training": QUICK}) as opened:
        yield opened


def test_everything_is_learnt_and_current_until_the_faq_changes(city: City) -> None:
    stages: list[str] = []
    learn(city.services, lambda stage, done, total: stages.append(stage))
    assert set(stages) == {"用件の判別の学習", "検索の学習"}
    assert all(task.current() for task in city.services.learnables)
    assert city.services.retriever.status()["encoder"] == "trained"
    city.services.faqs.import_file("question,answer\n新しい質問です。,回答です。\n".encode(), True, "test")
    assert not any(task.current() for task in city.services.learnables)
    learn(city.services, lambda stage, done, total: None)
    assert all(task.current() for task in city.services.learnables)


async def test_server_learns_on_request_and_swaps_in(city: City) -> None:
    learning = city.services.learning
    learning.start()
    learning.now()
    done = threading.Event()
    for _ in range(1200):
        if learning.status().current and learning.status().state == "idle":
            break
        done.wait(0.1)
    assert learning.status().current
    async with city.client() as client:
        hits = (await client.post("/v1/search", json={"query": "カードをなくした"})).json()["hits"]
    assert hits[0]["faq_id"] == "A001"
