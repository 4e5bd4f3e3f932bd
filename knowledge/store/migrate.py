"""Brings a database to the newest schema, from code: no ini file, no working directory, no shell."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from knowledge.errors import ConfigurationError
from knowledge.store.engine import WRITE

_MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(engine: Engine) -> None:
    """Apply every missing migration in one write transaction; two processes starting together do not collide."""
    with engine.execution_options(**{WRITE: True}).begin() as conn:
        config = _config(conn)
        script = ScriptDirectory.from_config(config)
        present = set(MigrationContext.configure(conn).get_current_heads())
        if present == set(script.get_heads()):
            return
        _refuse_newer(present, script)
        command.upgrade(config, "heads")


def _config(conn: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = conn
    return config


def _refuse_newer(present: set[str], script: ScriptDirectory) -> None:
    known = {revision.revision for revision in script.walk_revisions()}
    if present - known:
        raise ConfigurationError(
            "このデータは新しい版の窓口で作られています。プログラムを更新するか、控えから戻してください。"
        )
