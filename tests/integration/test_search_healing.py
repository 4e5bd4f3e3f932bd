"""The search folder is a cache: damaged, half-written or left by a killed process, the next start answers as ever."""

import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from knowledge.search.points import faq_point_id
from knowledge.search.retriever import Retriever
from tests.fakes.search import asked, faqs, japanese, opened, told

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = ("カードを無くしました", "暗証番号がわからない", "家族が代わりに受け取る", "保険証として使いたい")


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def garbage(path: Path) -> None:
    path.write_bytes(random.Random(1).randbytes(2000))


def wrong_json(path: Path) -> None:
    path.write_text('{"dirty": false, "points": [1, 2], "version": 3, "items": []}')


def flip_a_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x10
    path.write_bytes(bytes(data))


def remove(path: Path) -> None:
    path.unlink()


DAMAGES = (truncate, empty, garbage, wrong_json, flip_a_bit, remove)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[list[tuple[str, float, float]]]]:
    """A folder with a trained encoder, and what it answers."""
    folder = tmp_path_factory.mktemp("trained")
    retriever = opened(folder, faqs())
    retriever.train()
    answers = [told(retriever, q) for q in QUESTIONS]
    retriever.close()
    return folder, answers


@pytest.fixture
def folder(trained: tuple[Path, object], tmp_path: Path) -> Path:
    return Path(shutil.copytree(trained[0], tmp_path / "copy"))


def expected_points() -> set[int]:
    return {faq_point_id(e) for e in faqs()}


def holds_everything(retriever: Retriever) -> bool:
    return retriever._parts.vectors.ids() == expected_points()


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", ["features.npz", "encoded.npz", "built.npz", "built.en.npz", "points.json"])
def test_damaged_caches_change_nothing(
    trained: tuple[Path, object], folder: Path, name: str, damage: Callable[[Path], None]
) -> None:
    damage(folder / name)
    for _ in range(2):  # the repair itself is sound as well
        retriever = opened(folder, faqs())
        assert [told(retriever, q) for q in QUESTIONS] == trained[1]
        assert holds_everything(retriever)
        retriever.close()


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_encoder_is_forgotten(folder: Path, damage: Callable[[Path], None]) -> None:
    damage(folder / "encoder.npz")
    retriever = opened(folder, faqs())
    assert not retriever.trained_for_current()
    assert asked(retriever, QUESTIONS[0])[0] == "A05"
    retriever.train()
    assert retriever.trained_for_current()
    retriever.close()


def test_all_files_damaged_at_once(folder: Path) -> None:
    for path in folder.glob("*.*"):
        garbage(path)
    retriever = opened(folder, faqs())
    assert asked(retriever, QUESTIONS[0])[0] == "A05"
    assert holds_everything(retriever)
    retriever.close()


@pytest.mark.parametrize("damage", [truncate, empty, garbage, remove])
def test_a_damaged_shard_is_built_anew(
    trained: tuple[Path, object], folder: Path, damage: Callable[[Path], None]
) -> None:
    for path in sorted((folder / "edge").rglob("*.json")):
        damage(path)
    retriever = opened(folder, faqs())
    assert [told(retriever, q) for q in QUESTIONS] == trained[1]
    assert holds_everything(retriever)
    retriever.close()


def test_a_missing_shard_is_built_anew(trained: tuple[Path, object], folder: Path) -> None:
    shutil.rmtree(folder / "edge")
    retriever = opened(folder, faqs())
    assert [told(retriever, q) for q in QUESTIONS] == trained[1]
    retriever.close()


def test_a_folder_of_another_dictionary_is_analysed_anew(trained: tuple[Path, object], folder: Path) -> None:
    retriever = opened(folder, faqs())
    known = retriever._builder._cache("ja").features
    other = type(known)(folder / "features.npz", "another dictionary")
    other.load()
    assert len(known.items)
    assert not len(other.items)
    retriever.close()


class Killed:
    """A process in a search folder; `after` kills it once it has told so many rounds."""

    def __init__(self, folder: Path, what: str) -> None:
        command = [sys.executable, "-m", "tests.fakes.search_process", str(folder), what]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True
        )

    def after(self, rounds: int, then_bytes: int) -> None:
        """`then_bytes` spins a little, so that kills fall at different moments of a round."""
        assert self.process.stdout is not None
        for _ in range(rounds):
            assert self.process.stdout.readline()
        sum(range(then_bytes))
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[[str], Killed]]:
    running: list[Killed] = []

    def start(what: str) -> Killed:
        running.append(Killed(tmp_path / "killed", what))
        return running[-1]

    yield start
    for killed in running:
        killed.process.kill()
        killed.process.wait()


@pytest.mark.parametrize(
    ("what", "rounds", "spin"),
    [("refresh", 1, 0), ("refresh", 3, 2_000_000), ("train", 1, 3_000_000), ("train", 2, 20_000_000), ("open", 2, 500_000)],
)  # fmt: skip
def test_a_killed_process_leaves_nothing_that_matters(
    tmp_path: Path, started: Callable[[str], Killed], what: str, rounds: int, spin: int
) -> None:
    started(what).after(rounds, spin)
    left = tmp_path / "killed"
    healed = opened(left, japanese())
    answers = [told(healed, q) for q in QUESTIONS]
    points = healed._parts.vectors.ids()
    healed.close()
    shutil.rmtree(left / "edge")
    (left / "features.npz").unlink()
    anew = opened(left, japanese())
    assert answers == [told(anew, q) for q in QUESTIONS]
    assert points == anew._parts.vectors.ids()
    assert asked(anew, QUESTIONS[0])[0] == "A05"
    anew.close()
