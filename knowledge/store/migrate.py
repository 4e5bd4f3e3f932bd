"""Brings a database to the newest schema, from code: no ini file, no working directory, no shell."""

import re
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from knowledge.errors import ConfigurationError
from knowledge.store.engine import WRITE
from knowledge.text.late_pattern import late_pattern

_MIGRATIONS = Path(__file__).parent / "migrations"
_REVISION = late_pattern(r'^revision = "(\w+)"', re.MULTILINE)
_DOWN_REVISION = late_pattern(r"^down_revision = (.+)$", re.MULTILINE)


def upgrade(engine: Engine) -> None:
    """Apply every missing migration in one write transaction; two processes starting together do not collide."""
    with engine.execution_options(**{WRITE: True}).begin() as conn:
        present = _present(conn)
        # Alembic takes a fifth of a second to load: only a database that is not up to date needs it.
        if present != newest_revisions():
            _apply(conn, present)


def newest_revisions() -> set[str]:
    """Revisions that no other builds on, as the files say."""
    sources = [path.read_text(encoding="utf-8") for path in (_MIGRATIONS / "versions").glob("*.py")]
    made = {name for source in sources for name in _REVISION.findall(source)}
    built_on = {
        name for source in sources for line in _DOWN_REVISION.findall(source) for name in re.findall(r"\w+", line)
    }
    return made - built_on


def _present(conn: Connection) -> set[str]:
    if not inspect(conn).has_table("alembic_version"):
        return set()
    return set(conn.execute(text("SELECT version_num FROM alembic_version")).scalars())


def _apply(conn: Connection, present: set[str]) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = conn
    known = {revision.revision for revision in ScriptDirectory.from_config(config).walk_revisions()}
    if present - known:
        raise ConfigurationError(
            "このデータは新しい版の窓口で作られています。プログラムを更新するか、控えから戻してください。"
        )
    command.upgrade(config, "heads")
