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

import orjson

from knowledge.answering.intent_model import Example
from knowledge.answering.intent_setup import train_and_keep
from knowledge.errors import Unavailable
from knowledge.search.word_vectors import load_word_vectors
from knowledge.text.tokens import Tokenizer

_CODE = Path(__file__).resolve().parents[2]


def train_intents_in_process(examples: Sequence[Example], folder: Path, assets: Path, nice: int = 0) -> None:
    """The new model is in `folder` when this returns. Raises Unavailable when the process dies."""
    with tempfile.TemporaryDirectory(prefix="madoguchi-intents-") as made:
        job = Path(made) / "job.json"
        job.write_bytes(orjson.dumps([asdict(example) for example in examples]))
        places = [str(path.resolve()) for path in (job, folder, assets)]
        command = [sys.executable, "-m", "knowledge.learning.intent_process", *places, str(nice)]
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": str(os.cpu_count() or 1), "PYTHONPATH": str(_CODE)}
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)  # noqa: S603 - our own module
    if done.returncode:
        raise Unavailable("用件の判別の学習が途中で止まりました。空きメモリーを確認して、もう一度実行してください。")


def main(job_file: Path, folder: Path, assets: Path, nice: int) -> None:
    os.nice(nice)
    examples = [Example(**row) for row in orjson.loads(job_file.read_bytes())]
    train_and_keep(examples, folder, Tokenizer(), load_word_vectors(assets))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
