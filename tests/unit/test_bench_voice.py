"""The lines of the voice bench can be written beside those of the other benches."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import orjson
import pytest

from eval.bench.report import table, write

pytest.importorskip("pipecat")

from eval.bench.voice import Figures, lines


def test_figures_of_calls_are_kept_and_held_against_their_promise(tmp_path: Path) -> None:
    one = Figures([40.0], [130.0], [9.0], [np.float64(700.0)], [np.float64(460.0)], [20.0])
    crowd = Figures(turn_ms=[np.float64(900.0)], gap_ms=[61.0], memory_mb=2.0)
    made = lines(one, crowd, 8)
    assert [line.kept for line in made] == [True, True, True, True, True, False, True, False, None, True]
    data = orjson.loads(write(made, datetime(2026, 11, 27, tzinfo=UTC), tmp_path).read_bytes())
    assert data["lines"][3]["values"]["p50_ms"] == 700.0
    assert table(made).row_count == len(made)
