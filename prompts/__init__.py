"""Versioned Japanese prompt files. `load(name)` returns the text and its sha; imports nothing of the project."""

from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt file as shipped; `sha` is the first 12 hex digits of its SHA-256 and is stamped on every output."""

    name: str
    text: str
    sha: str


def load(name: str) -> Prompt:
    """Read `prompts/<name>.ja.md`. Raises FileNotFoundError for an unknown name."""
    text = (files("prompts") / f"{name}.ja.md").read_text(encoding="utf-8")
    return Prompt(name, text, sha256(text.encode("utf-8")).hexdigest()[:12])
