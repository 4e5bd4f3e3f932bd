"""Trains the static encoder in processes of its own: one for each seed, then one that joins what they made."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from threading import Event, Lock, Thread

import orjson

from knowledge.errors import Unavailable
from knowledge.search.encoder import StaticEncoder, load_encoder
from knowledge.search.train_worker import COMBINE, TEXTS
from knowledge.search.training import Progress, TrainingTexts
from knowledge.search.training_file import write_texts
from knowledge.search.word_vectors import WordVectors
from knowledge.settings import TrainingSettings

_CODE = Path(__file__).resolve().parents[2]


class TrainingStopped(Unavailable):
    """The caller asked to stop: there is no result and nothing went wrong."""


class ProcessTrainer:
    """A `knowledge.search.retriever.Trainer`. `background` trains at the lowest priority, one process at a time."""

    def __init__(self, words: WordVectors, assets: Path, settings: TrainingSettings, background: bool = False) -> None:
        self._words = words
        self._assets = assets
        self._settings = settings
        self._background = background
        self._stopping = Event()

    def __call__(self, texts: TrainingTexts, identity: str, progress: Progress | None = None) -> StaticEncoder:
        """Raises Unavailable when a process dies, TrainingStopped after `stop`."""
        with tempfile.TemporaryDirectory(prefix="madoguchi-train-") as made:
            folder = Path(made)
            (folder / "job.json").write_bytes(orjson.dumps(self._job(identity)))
            write_texts(folder / TEXTS, texts)
            seeds = range(self._settings.seeds)
            told = _Told(progress, len(seeds))
            at_once = 1 if self._background else max(1, self._settings.processes)
            for start in range(0, len(seeds), at_once):
                self._run(
                    folder, [str(s) for s in seeds[start : start + at_once]], told, threads=2 if at_once == 1 else 1
                )
            self._run(folder, [COMBINE], told, threads=2)
            return load_encoder(folder / f"{COMBINE}.npz", self._words)

    def stop(self) -> None:
        """End the running processes; for shutdown."""
        self._stopping.set()

    def _job(self, identity: str) -> dict[str, object]:
        return {
            "identity": identity,
            "assets": str(self._assets.resolve()),
            "settings": self._settings.model_dump(),
            "background": self._background,
        }

    def _run(self, folder: Path, parts: Sequence[str], told: "_Told", threads: int) -> None:
        # Numpy must not start more threads than there are cores left for it.
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": str(threads), "PYTHONPATH": str(_CODE)}
        children = [
            subprocess.Popen(  # noqa: S603 - our own module with our own arguments
                [sys.executable, "-m", __package__ + ".train_worker", "job.json", f"{part}.npz", part],
                cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
            )
            for part in parts
        ]  # fmt: skip
        readers = [
            Thread(target=_read, args=(child, part, told), daemon=True)
            for child, part in zip(children, parts, strict=True)
        ]
        for reader in readers:
            reader.start()
        try:
            self._wait(children)
        finally:
            for child in children:
                child.kill()
                child.wait()
            for reader in readers:
                reader.join()

    def _wait(self, children: Sequence["subprocess.Popen[str]"]) -> None:
        while any(child.poll() is None for child in children):
            if self._stopping.wait(0.1):
                raise TrainingStopped("学習を中断しました。")
        if any(child.returncode for child in children):
            raise Unavailable("検索の学習が途中で止まりました。空きメモリーを確認して、もう一度実行してください。")


class _Told:
    """Adds up the progress of all seeds."""

    def __init__(self, progress: Progress | None, seeds: int) -> None:
        self._progress = progress
        self._seeds = seeds
        self._done: dict[str, int] = {}
        self._lock = Lock()

    def tell(self, seed: str, done: int, total: int) -> None:
        with self._lock:
            self._done[seed] = done
            if self._progress is not None:
                self._progress(sum(self._done.values()), self._seeds * total)


def _read(child: "subprocess.Popen[str]", seed: str, told: _Told) -> None:
    assert child.stdout is not None
    with child.stdout:
        for line in child.stdout:
            done, _, total = line.partition(" ")
            told.tell(seed, int(done), int(total))
