"""One file to send along when asking for help: the state, the settings without secrets, versions, sizes and row counts.
Nothing that anybody said, typed or approved is in it."""

import io
import sys
import zipfile
from dataclasses import asdict
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import func, inspect, select, table
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from api.checkup import check_up
from knowledge.data_folder import DataFolder
from knowledge.errors import InvalidInput, MadoguchiError
from knowledge.settings import Settings
from knowledge.store.database import open_database
from voicebot.configuration import phone_settings

_HIDDEN = "**********"


def write_diagnostics(settings: Settings, target: Path) -> list[str]:
    """Write the file, readable by its owner only, and return the names in it. Raises InvalidInput."""
    parts: dict[str, Any] = {
        "state.json": [asdict(one) for one in check_up(settings)],
        "settings.json": settings_shown(settings),
        "versions.json": {"python": sys.version, **{one.name: one.version for one in distributions()}},
        "files.json": _sizes(settings.data_dir),
        "rows.json": _rows(settings),
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
    try:
        target.touch(mode=0o600)
        target.write_bytes(made.getvalue())
    except OSError as exc:
        raise InvalidInput(f"{target} に書き込めません。場所と空き容量を確認してください。") from exc
    return list(parts)


def settings_shown(settings: Settings) -> dict[str, Any]:
    """Every setting in force; keys, tokens and the passwords in addresses are hidden."""
    shown = settings.model_dump(mode="json", exclude={"voice"})
    shown["voice"] = phone_settings(settings).model_dump(mode="json")
    for section, name in (("store", "url"), ("index", "url"), ("llm", "api_base")):
        shown[section][name] = _without_password(shown[section][name])
    return shown


def _without_password(address: str) -> str:
    if not address:
        return ""
    try:
        return make_url(address).render_as_string(hide_password=True)
    except (SQLAlchemyError, ValueError):
        return _HIDDEN


def _sizes(root: Path) -> dict[str, int]:
    """Bytes by file; recordings and synthesised speech are summed up by folder, because their names say nothing."""
    folder = DataFolder(root)
    sizes: dict[str, int] = {}
    for path in sorted(folder.root.rglob("*")) if folder.root.is_dir() else []:
        if path.is_file():
            place = path.relative_to(folder.root)
            name = f"{place.parent}/*" if place.parts[0] == "voice" and len(place.parts) > 1 else str(place)
            sizes[name] = sizes.get(name, 0) + path.stat().st_size
    return sizes


def _rows(settings: Settings) -> dict[str, int | str]:
    """How many rows each table has."""
    if not settings.data_dir.is_dir():
        return {}
    try:
        database = open_database(settings.data_dir, settings.store)
    except MadoguchiError as error:
        return {"error": error.message}
    try:
        with database.read() as conn:
            names = sorted(inspect(conn).get_table_names())
            return {name: conn.execute(select(func.count()).select_from(table(name))).scalar_one() for name in names}
    finally:
        database.close()
