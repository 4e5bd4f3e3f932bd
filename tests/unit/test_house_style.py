"""The sizes CONTRIBUTING promises: no function of more than 60 lines, no file of more than 500."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("api", "desk", "eval", "ingestion", "knowledge", "prompts", "voicebot")
MAX_FUNCTION_LINES, MAX_FILE_LINES = 60, 500


def _modules() -> list[Path]:
    """Without migrations, which list what a schema was."""
    found = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return [path for path in found if "versions" not in path.parts]


def _functions(source: str) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            yield node.name, node.end_lineno - node.lineno + 1


def test_functions_and_files_stay_readable() -> None:
    long: list[tuple[str, int]] = []
    for path in _modules():
        source = path.read_text(encoding="utf-8")
        name = path.relative_to(ROOT).as_posix()
        long += [(f"{name}:{one}", lines) for one, lines in _functions(source) if lines > MAX_FUNCTION_LINES]
        long += [(name, lines) for lines in [source.count("\n")] if lines > MAX_FILE_LINES]
    assert len(_modules()) > 500
    assert long == []


def test_a_long_function_is_seen() -> None:
    body = "\n".join(["    pass"] * MAX_FUNCTION_LINES)
    assert list(_functions(f"def f():\n{body}\n")) == [("f", MAX_FUNCTION_LINES + 1)]
