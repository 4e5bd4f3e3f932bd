"""The process that trains one seed or joins the seeds: reads a job file, prints "done total" lines, writes the encoder.

A process of its own keeps answers fast while training runs, and lets two seeds use two cores.
"""

import os
import sys
from pathlib import Path

import orjson

from knowledge.search.encoder import load_encoder
from knowledge.search.training import combine, train_table
from knowledge.search.training_file import read_texts
from knowledge.search.word_vectors import load_word_vectors
from knowledge.settings import TrainingSettings

LOWEST_PRIORITY = 19


COMBINE = "combine"
TEXTS = "texts.npz"
"""Beside the job."""


def main(job_file: Path, out_file: Path, what: str) -> None:
    """`what` is a seed to train, or COMBINE to join the seeds' tables that lie beside the job."""
    job = orjson.loads(job_file.read_bytes())
    if job["background"]:
        os.nice(LOWEST_PRIORITY)
    texts = read_texts(job_file.parent / TEXTS)
    settings = TrainingSettings.model_validate(job["settings"])
    words = load_word_vectors(Path(job["assets"]))
    if what == COMBINE:
        tables = [load_encoder(job_file.parent / f"{seed}.npz", words) for seed in range(settings.seeds)]
        combine(tables, texts, job["identity"]).save(out_file)
    else:
        train_table(texts, words, settings, int(what), _tell).save(out_file)


def _tell(done: int, total: int) -> None:
    """Also how the process notices that its parent is gone: writing into a closed pipe ends it."""
    sys.stdout.write(f"{done} {total}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
