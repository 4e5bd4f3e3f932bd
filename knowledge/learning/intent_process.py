"""Trains the intent model in a process of its own, so that answers stay fast meanwhile.

Run as a module it is that process: reads a job file, leaves the model in the given folder.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from threading import Lock

import orjson

from knowledge.answering.intent_model import Example
from knowledge.answering.intent_setup import train_and_keep
from knowledge.errors import Unavailable
from knowledge.search.train_processes import TrainingStopped
from knowledge.search.word_vectors import load_word_vectors
from knowledge.text.tokens import Tokenizer

_CODE = Path(__file__).resolve().parents[2]


class IntentTrainer:
    """One training at a time; `stop` ends it from another thread, and every later one."""

    def __init__(self, folder: Path, assets: Path) -> None:
        self._places = (folder.resolve(), assets.resolve())
        self._lock = Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def train(self, examples: Sequence[Example], nice: int = 0) -> None:
        """The new model is in the folder when this returns. Raises Unavailable when the process dies, TrainingStopped
        after `stop`; then the model of before is still there."""
        with tempfile.TemporaryDirectory(prefix="madoguchi-intents-") as made:
            job = Path(made) / "job.json"
            job.write_bytes(orjson.dumps([asdict(example) for example in examples]))
            child = self._begin([*map(str, (job, *self._places)), str(nice)])
            child.communicate()
        if self._stopped:
            raise TrainingStopped("学習を中断しました。")
        if child.returncode:
            raise Unavailable(
                "用件の判別の学習が途中で止まりました。空きメモリーを確認して、もう一度実行してください。"
            )

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            if self._child is not None:
                self._child.kill()

    def _begin(self, arguments: Sequence[str]) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "knowledge.learning.intent_process", *arguments]
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": str(os.cpu_count() or 1), "PYTHONPATH": str(_CODE)}
        with self._lock:
            if self._stopped:
                raise TrainingStopped("学習を中断しました。")
            self._child = subprocess.Popen(  # noqa: S603 - our own module
                command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            return self._child


def main(job_file: Path, folder: Path, assets: Path, nice: int) -> None:
    os.nice(nice)
    examples = [Example(**row) for row in orjson.loads(job_file.read_bytes())]
    train_and_keep(examples, folder, Tokenizer(), load_word_vectors(assets))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
