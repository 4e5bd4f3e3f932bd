"""Copies of the data that a running server takes by itself, and which of the older ones are forgotten."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from api.backup import write_backup
from knowledge.clock import JST
from knowledge.errors import InvalidInput
from knowledge.ports import Clock
from knowledge.settings import Settings

_NAME = re.compile(r"madoguchi-(\d{4}-\d\d-\d\d-\d{4})\.tar\.gz")
_STAMP = "%Y-%m-%d-%H%M"


class Copies:
    """`take` may be called as often as one likes. What is due is judged by the files there are, so that a restart neither
    leaves a copy out nor takes one twice."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._tried_at: datetime | None = None

    def take(self) -> Path | None:
        """The new copy; None when none is due or none is wanted. Raises InvalidInput, at most once an interval."""
        wanted, now = self._settings.backup, self._clock.now()
        if wanted.dir is None or not self._due(wanted.dir, now, timedelta(minutes=wanted.every_minutes)):
            return None
        self._tried_at = now
        target = wanted.dir / f"madoguchi-{now.astimezone(JST).strftime(_STAMP)}.tar.gz"
        try:
            wanted.dir.mkdir(parents=True, exist_ok=True)
            write_backup(self._settings, target)
            for name in forgotten([path.name for path in wanted.dir.iterdir()], wanted.keep, wanted.keep_days):
                (wanted.dir / name).unlink(missing_ok=True)
        except OSError as exc:
            raise InvalidInput(f"控えの置き場所 {wanted.dir} を使えません。権限と空き容量を確認してください。") from exc
        return target

    def _due(self, folder: Path, now: datetime, every: timedelta) -> bool:
        newest = newest_copy(folder, now)
        return all(at is None or now - at >= every for at in (newest, self._tried_at))


def newest_copy(folder: Path, now: datetime) -> datetime | None:
    """When the newest automatic copy was taken, to the minute; None when there is none. What claims to be of the future
    was taken under a wrong clock and is passed over."""
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    return max((at for name in names if (at := taken_at(name)) is not None and at <= now), default=None)


def taken_at(name: str) -> datetime | None:
    """By the name of the file; None for files of others."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    try:
        return datetime.strptime(found[1], _STAMP).replace(tzinfo=JST).astimezone(UTC)
    except ValueError:
        return None


def forgotten(names: Sequence[str], keep: int, keep_days: int) -> list[str]:
    """Files to delete: all but the newest `keep` and, of the days before, the last one of each of `keep_days` days.
    Files of others are never among them."""
    ours = sorted((name for name in names if taken_at(name) is not None), reverse=True)
    last_of_day: dict[str, str] = {}
    for name in ours:
        last_of_day.setdefault(name[: len("madoguchi-2026-11-20")], name)
    stay = {*ours[:keep], *list(last_of_day.values())[:keep_days]}
    return [name for name in ours if name not in stay]
