"""Files in which a city keeps its own lists in place of the shipped ones; what is wrong is told with file and line."""

import re
import tomllib
from pathlib import Path
from typing import Any

from knowledge.errors import ConfigurationError
from knowledge.profile.toml_table import Table

MAX_TABLES = 200
MAX_PATTERNS = 200
"""Of one rule. Both bound what one sentence may cost."""
_PLACE = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)")


def chosen_file(data_dir: Path, shipped: Path) -> Path:
    """The city's own file of that name in the data folder, else the shipped one."""
    own = data_dir / shipped.name
    return own if own.is_file() else shipped


def read_toml(file: Path) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The values and the lines they stand in. Raises ConfigurationError that names the line."""
    try:
        text = file.read_text(encoding="utf-8-sig")
        return tomllib.loads(text), tuple(text.splitlines())
    except tomllib.TOMLDecodeError as exc:
        found = _PLACE.search(str(exc))
        where = f"の{found[1]}行目" if found and found[1] else "の終わり" if found else ""
        raise ConfigurationError(f"{file.name} {where}がTOMLの書き方になっていません（{exc}）。") from exc
    except UnicodeDecodeError as exc:
        raise ConfigurationError(f"{file.name} の文字コードがUTF-8ではありません。") from exc
    except OSError as exc:
        raise ConfigurationError(f"{file.name} を開けません（{exc.strerror}）。") from exc


def numbered_tables(file: Path, key: str) -> tuple[Table, ...]:
    """Every [[key]] of the file, each knowing the line it begins in. Raises ConfigurationError, also for none at all."""
    values, lines = read_toml(file)
    found = values.pop(key, None)
    if values:
        raise ConfigurationError(f"{file.name} に知らない項目「{next(iter(values))}」があります。")
    if not isinstance(found, list) or not found or not all(isinstance(one, dict) for one in found):
        raise ConfigurationError(f"{file.name} に [[{key}]] がありません。")
    heads = [number for number, line in enumerate(lines, start=1) if line.split("#")[0].strip() == f"[[{key}]]"]
    marks = heads if len(heads) == len(found) else [0] * len(found)
    return tuple(
        Table(one, f"{file.name} {f'{line}行目' if line else ''}", f"{key}[{place}]")
        for place, (line, one) in enumerate(zip(marks, found, strict=True), start=1)
    )


def named_tables(file: Path, key: str) -> dict[str, Table]:
    """Every [key."name"] of the file, each knowing its line. Raises ConfigurationError, also for none at all."""
    values, lines = read_toml(file)
    found = values.pop(key, None)
    if values or not isinstance(found, dict) or not found or not all(isinstance(one, dict) for one in found.values()):
        raise ConfigurationError(f'{file.name} には [{key}."名前"] だけを書いてください。')
    if len(found) > MAX_TABLES:
        raise ConfigurationError(f'{file.name} の [{key}."名前"] は{MAX_TABLES}個までです。')
    return {name: Table(one, f"{file.name} {_line_of(lines, key, name)}", name) for name, one in found.items()}


def _line_of(lines: tuple[str, ...], key: str, name: str) -> str:
    heads = (at for at, line in enumerate(lines, 1) if line.strip().startswith(f"[{key}.") and name in line)
    found = next(heads, 0)
    return f"{found}行目" if found else ""
