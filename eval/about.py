"""What a run was made with: enough to say why two runs differ, and to refuse to mix them."""

import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import orjson

from eval.cases import Suite

_CODE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class About:
    """`made_with` holds dictionary, encoder, FAQ content and settings by name; times are aware UTC."""

    run_id: str
    at: datetime
    suite: str
    suite_sha: str
    cases: int
    git_sha: str
    made_with: Mapping[str, str] = field(default_factory=dict)
    part_of: int = 0
    """Cases of the whole suite where only a part of it was asked; 0 for a whole run."""

    @property
    def partial(self) -> bool:
        return self.part_of > 0

    @property
    def identity(self) -> str:
        """Equal for runs under equal conditions, whenever they were made."""
        same = (self.suite, self.suite_sha, self.cases, self.git_sha, sorted(self.made_with.items()))
        return sha256(repr(same).encode()).hexdigest()[:16]


def about(suite: Suite, at: datetime, made_with: Mapping[str, str]) -> About:
    """`run_id` sorts by time."""
    run_id = f"{at:%Y%m%dT%H%M%S}-{suite.sha[:6]}"
    return About(run_id, at, suite.name, suite.sha, len(suite.cases), git_sha(), dict(made_with), suite.part_of)


def git_sha(root: Path = _CODE) -> str:
    """Commit of the program, with "+" when files differ from it; the package version where there is no repository."""
    try:
        head = _git(root, "rev-parse", "--short=12", "HEAD")
        return head + ("+" if _git(root, "status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.SubprocessError):
        return _package_version()


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)  # noqa: S603
    return done.stdout.strip()


def _package_version() -> str:
    try:
        return f"v{version('madoguchi')}"
    except PackageNotFoundError:
        return "unknown"


def to_bytes(given: About) -> bytes:
    return orjson.dumps(asdict(given), option=orjson.OPT_INDENT_2)


def from_bytes(data: bytes) -> About:
    """Raises ValueError, KeyError or TypeError for what is no such file."""
    values: dict[str, Any] = orjson.loads(data)
    return About(**{**values, "at": datetime.fromisoformat(values["at"])})
