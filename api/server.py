"""One server process: port, data folder, logs, application, clean end."""

import errno
import gc
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import orjson
import uvicorn
from fastapi import FastAPI

from api.access_log import to_stderr
from api.app import create_app
from api.doors import Doors
from api.logs import configure_logs
from api.reading.copies import copies_for
from api.security.permissions import Role
from knowledge.bootstrap import Services, opened
from knowledge.data_folder import owning, prepare
from knowledge.domain import LANGUAGES, Question
from knowledge.errors import ConfigurationError, Unavailable
from knowledge.privacy.redacted import RedactedText
from knowledge.settings import Settings

_GRACE_SECS = 10
_LOCAL_KEY = "このサーバーでのコマンド操作用（起動のたびに自動で発行）"
_LOCAL_KEYS = {_LOCAL_KEY, "この計算機からの操作（自動）"}
"""Also as it was called before: a server that was killed then may have left one."""
_BACKLOG = 2048
OnReady = Callable[[Doors, str], None]


class PortTaken(Unavailable):
    title = "ポートを使えません"


def serve(settings: Settings, on_ready: OnReady) -> None:
    """Serve until SIGINT or SIGTERM; what is under way is finished first. `on_ready` gets the address.

    Raises PortTaken, DataFolderInUse, ConfigurationError before anything is served.
    """
    signal.signal(signal.SIGTERM, _leave)
    listener = _listen(settings)
    with opened(settings) as services:
        configure_logs(services.redactor, settings.log_level)
        app = create_app(services, to_stderr, copies=copies_for(services))
        doors: Doors = app.state.doors
        address = _address(settings, listener)
        _warm_up(services)
        with _open_to_cli(doors, address):
            on_ready(doors, address)
            sys.stdout.flush()
            _run(app, settings, listener)


def _leave(_signal: int, _frame: FrameType | None) -> None:
    """uvicorn raises the signal again when it is done; leaving by exception lets every `finally` run."""
    raise SystemExit(0)


def _listen(settings: Settings) -> socket.socket:
    """The port, before anything slow begins. Of two reasons to refuse, the data folder is the more useful one."""
    server = settings.server
    family = socket.AF_INET6 if ":" in server.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((server.host, server.port))
        # From here on callers wait in the queue instead of being refused while the index opens.
        listener.listen(_BACKLOG)
    except OSError as exc:
        listener.close()
        with owning(prepare(settings.data_dir)):
            raise _refusal(exc, server.host, server.port) from exc
    return listener


def _refusal(error: OSError, host: str, port: int) -> Exception:
    if error.errno == errno.EADDRINUSE:
        return PortTaken(
            f"ポート {port} は別のプログラムが使用中です。そちらを終了するか、--port で別の番号を指定してください。"
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return PortTaken(f"ポート {port} を使う権限がありません。1024 以上の番号を --port で指定してください。")
    return ConfigurationError(f"アドレス {host} ではサービスを始められません。--host を確認してください。")


def _address(settings: Settings, listener: socket.socket) -> str:
    scheme = "https" if settings.server.tls_cert else "http"
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"{scheme}://{shown}:{port}"


def _warm_up(services: Services) -> None:
    """Load dictionaries and lazily built tables now, then keep the garbage collector, which may rest while a command
    loads, away from what stays anyway. What loading leaves behind is not worth the fifth of a second of looking for it."""
    if services.retriever.ready():
        for lang in LANGUAGES:
            services.answerer.answer(Question(RedactedText("マイナンバーカードの申請方法"), "web", lang))
    gc.freeze()
    gc.enable()


@contextmanager
def _open_to_cli(doors: Doors, address: str) -> Iterator[None]:
    """While serving, commands on this machine go through the server with a key that only this user can read."""
    _withdraw_local_keys(doors)
    key, _ = doors.accounts.keys.create("system", _LOCAL_KEY, Role.ADMIN)
    certificate = doors.services.settings.server.tls_cert
    content = {"url": address, "key": key, "pid": os.getpid(), "certificate": str(certificate or "")}
    path = doors.services.folder.server_file
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(orjson.dumps(content))
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        _withdraw_local_keys(doors)


def _withdraw_local_keys(doors: Doors) -> None:
    """Also those of a server that was killed. One a start would fill the list of keys in a year."""
    for key in doors.accounts.keys.all():
        if key.label in _LOCAL_KEYS and key.created_by == "system":
            doors.accounts.keys.remove("system", key.key_id)


def _run(app: FastAPI, settings: Settings, listener: socket.socket) -> None:
    server = settings.server
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        log_config=None,
        access_log=False,
        server_header=False,
        # Who is behind a proxy is decided by server.trusted_proxies, not by uvicorn.
        proxy_headers=False,
        timeout_graceful_shutdown=_GRACE_SECS,
        ssl_certfile=str(server.tls_cert) if server.tls_cert else None,
        ssl_keyfile=str(server.tls_key) if server.tls_key else None,
    )
    uvicorn.Server(config).run(sockets=[listener])
