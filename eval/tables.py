"""The evaluation's lines in the database: the trend over time that pages and reports show."""

from datetime import datetime
from itertools import islice
from typing import Any

import orjson
from sqlalchemy import Connection, delete, insert, select

from eval.about import About, to_bytes
from eval.summary import Summary, to_json
from knowledge.store.eval_tables import eval_run


def record(conn: Connection, given: About, summary: Summary) -> None:
    """Write the run's line; a repeated run id replaces it."""
    conn.execute(delete(eval_run).where(eval_run.c.run_id == given.run_id))
    conn.execute(
        insert(eval_run).values(
            run_id=given.run_id,
            at=given.at,
            suite=given.suite,
            suite_sha=given.suite_sha,
            git_sha=given.git_sha,
            cases=given.cases,
            self_resolution=summary.outcomes.self_resolution.value,
            harm=summary.outcomes.harm.value,
            about=to_bytes(given).decode(),
            summary=orjson.dumps(to_json(summary)).decode(),
        )
    )


def trend(conn: Connection, suite: str, limit: int = 30) -> list[dict[str, Any]]:
    """The last runs of a whole suite, oldest first: run_id, at, git_sha, cases and the summary as plain data. Runs of a
    part of it are left out: their figures speak of other questions."""
    newest = select(eval_run).where(eval_run.c.suite == suite).order_by(eval_run.c.at.desc(), eval_run.c.run_id.desc())
    whole = (row for row in conn.execute(newest) if not orjson.loads(row.about).get("part_of"))
    rows = list(islice(whole, limit))
    return [
        {
            "run_id": row.run_id,
            "at": _aware(row.at),
            "git_sha": row.git_sha,
            "cases": row.cases,
            "summary": orjson.loads(row.summary),
        }
        for row in reversed(rows)
    ]


def _aware(at: datetime) -> datetime:
    assert at.tzinfo is not None
    return at
