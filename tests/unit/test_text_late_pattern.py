"""Patterns that are compiled when they are first used: used like any other, and every one in the house is sound."""

import ast
import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import knowledge
from knowledge.text import late_pattern as module
from knowledge.text.late_pattern import compile_waiting, late_pattern

CORE = Path(knowledge.__file__).parent


@pytest.fixture(autouse=True)
def waiting(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The patterns of this test alone."""
    found: list[object] = []
    monkeypatch.setattr(module, "_waiting", found)
    return found


def test_it_does_what_a_compiled_pattern_does() -> None:
    usual, late = re.compile("(?P<year>[0-9]+)年", re.ASCII), late_pattern("(?P<year>[0-9]+)年", re.ASCII)
    text = "2025年から2026年まで"
    for _ in range(2):
        assert late.findall(text) == usual.findall(text)
        assert [m.span("year") for m in late.finditer(text)] == [m.span("year") for m in usual.finditer(text)]
        assert late.sub(r"\g<year>", text) == usual.sub(r"\g<year>", text)
        assert late.search("来年") is None
    assert (late.pattern, late.flags, late.groupindex) == (usual.pattern, usual.flags, usual.groupindex)


def test_nothing_is_compiled_before_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    compile_now = re.compile

    def noted(source: str, flags: int) -> "re.Pattern[str]":
        seen.append(source)
        return compile_now(source, flags)

    monkeypatch.setattr(re, "compile", noted)
    late = late_pattern("申請")
    assert seen == []
    assert late.search("再申請") is not None
    assert late.fullmatch("申請") is not None
    assert seen == ["申請"]


def test_those_nobody_used_are_compiled_at_once(waiting: list[object]) -> None:
    late_pattern("受取")
    late_pattern("(")
    with pytest.raises(re.error):
        compile_waiting()
    compile_waiting()
    assert waiting == []


def test_no_module_of_the_core_compiles_while_it_is_imported() -> None:
    """Importing all of it is the first thing every command does."""
    assert not [
        f"{path.relative_to(CORE)}:{line}" for path in sorted(CORE.rglob("*.py")) for line in compiled_at_once(path)
    ]


def compiled_at_once(path: Path) -> Iterator[int]:
    """Lines outside of functions that call `re.compile`."""
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile":
            yield node.lineno
        waiting += ast.iter_child_nodes(node)


def test_every_pattern_of_the_core_is_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    for found in pkgutil.walk_packages(knowledge.__path__, "knowledge."):
        if ".migrations" not in found.name:
            import_module(found.name)
    compile_waiting()
