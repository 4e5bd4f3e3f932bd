"""Before a publication: the test questions it can touch run by themselves, aside, one check at a time.

A check never decides: it says what breaks. Whoever publishes decides by the setting `publishing.check`, and a check that
fails is told as such, so that no publication is lost.
"""

import logging
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Event, Lock
from typing import Literal
from uuid import uuid4

from eval.affected import Edit
from eval.edit_impact import EditImpact, edit_of, impact_of
from eval.nearby import Meanings
from eval.runner import Progress
from eval.suites import own_files
from knowledge.bootstrap import Services
from knowledge.errors import MadoguchiError, NotFound, Unavailable
from knowledge.faq.records import Key

PublicStep = Literal["approve", "publish", "retire", "rollback"]
_KEPT_FOR = timedelta(hours=1)
_MOST = 200
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to do, with everything needed to do it after the check. `version`: for a roll-back."""

    step: PublicStep
    key: Key
    revision: int
    who: str
    fields: Mapping[str, str] = field(default_factory=dict)
    version: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """`found` is None while running, after a failure (`error` says why) and where a city has no test questions."""

    check_id: str
    wish: Wish
    made_at: datetime
    running: bool = True
    done: int = 0
    total: int = 0
    found: EditImpact | None = None
    error: str = ""

    @property
    def breaks(self) -> bool:
        return self.found is not None and self.found.advice == "block"

    @property
    def quiet(self) -> bool:
        """Nothing that a person has to look at first."""
        return not self.running and not self.error and (self.found is None or self.found.advice == "ok")


class _Stopped(Exception):
    """The service is closing."""


class PublicationChecks:
    """One worker, so that checks never slow down answers twice over; results are kept in memory for an hour."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._checks: dict[str, Check] = {}
        self._futures: dict[str, Future[None]] = {}
        self._lock = Lock()
        self._meanings = Meanings(services.retriever)
        self._closing = Event()
        self._last: tuple[str, EditImpact | None] | None = None
        """The newest result with what it belongs to; used by the worker only."""
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="publication-check")

    def begin(self, wish: Wish, wait_secs: float = 0.0) -> Check:
        """Start a check and return it as it stands when it is done, or after `wait_secs`. Raises Unavailable."""
        check = Check(uuid4().hex, wish, self._services.clock.now())
        with self._lock:
            self._forget_old()
            if len(self._checks) >= _MOST:
                raise Unavailable("公開前の確認が混み合っています。少し待ってからお試しください。")
            self._checks[check.check_id] = check
            future = self._futures[check.check_id] = self._worker.submit(self._run, check)
        wait([future], wait_secs)
        return self.get(check.check_id, wish.who)

    def get(self, check_id: str, who: str) -> Check:
        """Raises NotFound for unknown and forgotten checks, and for those of somebody else."""
        with self._lock:
            check = self._checks.get(check_id)
        if check is None or check.wish.who != who:
            raise NotFound("この確認は時間が過ぎて取り消されました。FAQの画面から、もう一度操作してください。")
        return check

    def passed(self, check_id: str, wish: Wish) -> Check | None:
        """The finished check of exactly this wish (step, FAQ, revision, version, person); None when there is none."""
        try:
            check = self.get(check_id, wish.who)
        except NotFound:
            return None
        same = replace(check.wish, fields={}) == replace(wish, fields={})
        return check if same and not check.running else None

    def latest(self, wish: Wish) -> Check | None:
        """The newest check of exactly this wish, finished or not."""
        with self._lock:
            same = [c for c in self._checks.values() if replace(c.wish, fields={}) == replace(wish, fields={})]
        return same[-1] if same else None

    def close(self) -> None:
        self._closing.set()
        self._worker.shutdown(cancel_futures=True)

    def _run(self, check: Check) -> None:
        try:
            edit = self._edit(check.wish)
            same = self._fingerprint(edit)
            if self._last is None or self._last[0] != same:
                self._last = (same, impact_of(self._services, edit, self._teller(check.check_id), self._meanings))
            self._update(check.check_id, running=False, found=self._last[1])
        except MadoguchiError as error:
            self._update(check.check_id, running=False, error=error.message)
        except _Stopped:
            self._update(check.check_id, running=False, error="窓口の終了のため、確認を中止しました。")
        except Exception:  # whoever publishes must get an answer; the cause is in the log
            _log.exception("publication check failed")
            self._update(check.check_id, running=False, error="テスト質問での確認に失敗しました。")

    def _fingerprint(self, edit: Edit) -> str:
        """Equal when nothing that could change the result has changed: who approves and then publishes waits once."""
        services = self._services
        index, state = services.retriever.index_of(), services.faqs.state()
        cases = [(str(f), f.stat().st_mtime_ns) for f in own_files(services.folder.root)]
        contents = tuple(replace(e, status="approved", version=0) for e in edit.changed)
        return repr((contents, edit.removed, sorted(state.hashes.items()), index and index.encoder.identity, cases))

    def _edit(self, wish: Wish) -> Edit:
        if wish.step == "retire":
            return Edit(removed=(wish.key,))
        faqs = self._services.faqs
        if wish.step == "rollback":
            return edit_of(self._services, faqs.version(wish.key[0], wish.version, wish.key[1]).entry)
        return edit_of(self._services, faqs.get(*wish.key).entry)

    def _teller(self, check_id: str) -> Progress:
        def tell(done: int, total: int) -> None:
            if self._closing.is_set():
                raise _Stopped
            self._update(check_id, done=done, total=total)

        return tell

    def _update(self, check_id: str, **changes: object) -> None:
        with self._lock:
            if check_id in self._checks:
                self._checks[check_id] = replace(self._checks[check_id], **changes)  # type: ignore[arg-type]

    def _forget_old(self) -> None:
        limit = self._services.clock.now() - _KEPT_FOR
        for check_id in [c.check_id for c in self._checks.values() if c.made_at < limit and not c.running]:
            del self._checks[check_id], self._futures[check_id]
