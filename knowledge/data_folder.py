"""The data folder: what lies where in it, and the lock that lets one process own it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import portalocker

from knowledge.errors import ConfigurationError, DataFolderInUse

CITY_LISTS = (
    "policy.jsonl",
    "terminology.toml",
    "checklists.toml",
    "scripts.toml",
    "tags.toml",
    "alerts.toml",
    "quality.toml",
)
"""What a city may put in place of the shipped lists; nothing of it can be rebuilt."""


@dataclass(frozen=True, slots=True)
class DataFolder:
    """Everything one installation keeps. Only the database is the truth; `index` and `assets` can be rebuilt."""

    root: Path

    @property
    def index(self) -> Path:
        """Search index, analysed FAQ and trained encoder."""
        return self.root / "index"

    @property
    def assets(self) -> Path:
        """Word vectors, where they are not beside the installation."""
        return self.root / "assets"

    @property
    def models(self) -> Path:
        """Optional models that an administrator put there; nothing is downloaded by itself."""
        return self.root / "models"

    @property
    def server_file(self) -> Path:
        """Address and one-time key of the running server, readable by its owner only."""
        return self.root / "server.json"

    @property
    def lock_file(self) -> Path:
        return self.root / "madoguchi.lock"

    @property
    def policy_file(self) -> Path:
        """The city's own examples of what must go to a person; optional."""
        return self.root / "policy.jsonl"

    @property
    def terms_file(self) -> Path:
        """The city's own terminology in place of the shipped one; optional."""
        return self.root / "terminology.toml"

    @property
    def secret_key_file(self) -> Path:
        """Key of the sealed secrets in the database, readable by its owner only; in no backup of the database."""
        return self.root / "secret.key"


def prepare(root: Path) -> DataFolder:
    """The folder, made if it is not there. Raises ConfigurationError when it cannot be written."""
    folder = DataFolder(root)
    try:
        for path in (root, folder.index, folder.assets):
            path.mkdir(parents=True, exist_ok=True)
        if not os.access(root, os.W_OK):
            raise PermissionError(root)
    except OSError as exc:
        raise ConfigurationError(
            f"データフォルダー {root} に書き込めません。権限を確認するか、--data-dir で別の場所を指定してください。"
        ) from exc
    return folder


@contextmanager
def owning(folder: DataFolder) -> Iterator[None]:
    """Own the folder for the time of the block. Raises DataFolderInUse at once when another process does.

    The operating system drops the lock with the process, so a killed server leaves no lock behind.
    """
    lock = portalocker.Lock(
        folder.lock_file, "a", timeout=0, flags=portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING
    )
    try:
        lock.acquire()
    except (portalocker.LockException, portalocker.AlreadyLocked) as exc:
        raise DataFolderInUse(
            f"データフォルダー {folder.root} は、起動中の別の窓口が使っています。"
            "そちらを終了するか、--data-dir で別のフォルダーを指定してください。"
        ) from exc
    try:
        yield
    finally:
        lock.release()
