"""The process that trains one seed: reads a job file, prints "done total" lines, writes the encoder.

A process of its own keeps answers fast while training runs, and lets two seeds use two cores.
"""

import os
import sys
from pathlib import Path

import orjson

from knowledge.search.training import TrainingTexts, train
from knowledge.search.word_vectors import load_word_vectors
from knowledge.settings import TrainingSettings

LOWEST_PRIORITY = 19


def main(job_file: Path, out_file: Path, seed: int) -> None:
    job = orjson.loads(job_file.read_bytes())
    if job["background"]:
        os.nice(LOWEST_PRIORITY)
    texts = TrainingTexts(
        job["questions"],
        job["answers"],
        [(at, features) for at, features in job["sentences"]],
        [(at, features) for at, features in job["alternatives"]],
    )
    settings = TrainingSettings.model_validate(job["settings"])
    words = load_word_vectors(Path(job["assets"]))
    train(texts, words, settings, job["identity"], _tell, seeds=(seed,)).save(out_file)


def _tell(done: int, total: int) -> None:
    """Also how the process notices that its parent is gone: writing into a closed pipe ends it."""
    sys.stdout.write(f"{done} {total}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
