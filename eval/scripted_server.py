"""A scripted OpenAI-compatible server on loopback for tests and comparisons: it answers, well or badly, as told.

The real litellm client talks to it. What it was sent is kept in `requests`.
"""

import json
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Says:
    """A proper answer; streamed in `pieces` (or character runs of the text) when the client asks for a stream."""

    text: str
    pieces: Sequence[str] = ()
    breaks_off_after: int | None = None
    """Pieces after which the connection is torn; only in streams."""
    waits_after: int | None = None
    """Pieces after which the server waits for `ScriptedServer.go_on`; only in streams."""


@dataclass(frozen=True, slots=True)
class Fails:
    """An HTTP error."""

    status: int
    retry_after: str = ""


@dataclass(frozen=True, slots=True)
class Raw:
    """A 200 whose body is whatever it says: half JSON, HTML, nothing."""

    body: bytes


@dataclass(frozen=True, slots=True)
class Disconnects:
    """The connection is torn before anything is sent."""


@dataclass(frozen=True, slots=True)
class Hangs:
    """Nothing is sent until the server closes."""


@dataclass(frozen=True, slots=True)
class Redirects:
    location: str


Turn = Says | Fails | Raw | Disconnects | Hangs | Redirects
Reply = Callable[[dict[str, Any]], Turn]


@dataclass
class ScriptedServer:
    """`script` is played first, one entry a request; then `otherwise` answers every request."""

    otherwise: Turn | Reply = Says("はい。")
    script: deque[Turn] = field(default_factory=deque)
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    port: int = 0
    go_on: threading.Event = field(default_factory=threading.Event)
    closing: threading.Event = field(default_factory=threading.Event)
    down: bool = False
    """Every connection is torn at once: the plug is out."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def turn(self, body: dict[str, Any]) -> Turn:
        if self.script:
            return self.script.popleft()
        return self.otherwise(body) if callable(self.otherwise) else self.otherwise


def user_text(body: dict[str, Any]) -> str:
    """What the request's user message says."""
    return str(body["messages"][-1]["content"])


@contextmanager
def scripted_server(otherwise: Turn | Reply | None = None) -> Iterator[ScriptedServer]:
    state = ScriptedServer(otherwise or Says("はい。"))
    handler = type("Handler", (_Handler,), {"state": state})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.block_on_close = False
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.closing.set()
        state.go_on.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    """Subclassed for each server with its state."""

    state: ScriptedServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length", "0")))
        if self.state.down:
            self._tear()
            return
        body = json.loads(raw)
        self.state.requests.append(body)
        self.state.headers.append(dict(self.headers.items()))
        self.state.paths.append(self.path)
        self._play(self.state.turn(body), body)

    def do_GET(self) -> None:
        self.state.paths.append(self.path)
        self._send(200, b"{}")

    def _play(self, turn: Turn, body: dict[str, Any]) -> None:
        if isinstance(turn, Says):
            if "converse" in self.path:
                self._send(200, json.dumps(_converse(turn.text)).encode())
            elif body.get("stream"):
                self._stream(turn)
            else:
                self._send(200, json.dumps(_whole(turn.text, body)).encode())
        elif isinstance(turn, Fails):
            extra = {"Retry-After": turn.retry_after} if turn.retry_after else {}
            self._send(turn.status, json.dumps({"error": {"message": "scripted"}}).encode(), extra)
        elif isinstance(turn, Raw):
            self._send(200, turn.body)
        elif isinstance(turn, Redirects):
            self._send(307, b"", {"Location": turn.location})
        elif isinstance(turn, Hangs):
            self.state.closing.wait()
            self._tear()
        else:
            self._tear()

    def _send(self, status: int, body: bytes, extra: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(extra or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, turn: Says) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        pieces = list(turn.pieces) or [turn.text[i : i + 7] for i in range(0, len(turn.text), 7)]
        for number, piece in enumerate(pieces):
            if turn.waits_after == number:
                self.state.go_on.wait()
            if turn.breaks_off_after == number or self.state.down:
                self._tear()
                return
            self._event(_delta({"content": piece}))
        self._event(_delta({}, "stop"))
        self._event({**_delta({}), "choices": [], "usage": _usage(turn.text)})
        self.wfile.write(b"data: [DONE]\n\n")

    def _event(self, data: dict[str, Any]) -> None:
        self.wfile.write(b"data: " + json.dumps(data).encode() + b"\n\n")
        self.wfile.flush()

    def _tear(self) -> None:
        """A reset, not a polite end."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def handle(self) -> None:
        try:
            super().handle()
        except (OSError, ValueError):  # the client went away, or _tear closed the files
            self.close_connection = True

    def finish(self) -> None:
        try:
            super().finish()
        except (OSError, ValueError):
            return

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class names it so
        return


def _usage(text: str) -> dict[str, int]:
    return {"prompt_tokens": 100, "completion_tokens": max(1, len(text)), "total_tokens": 100 + max(1, len(text))}


def _whole(text: str, body: dict[str, Any]) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    shared = {"id": "scripted", "object": "chat.completion", "created": 0, "model": body.get("model", "scripted")}
    return {**shared, "choices": [choice], "usage": _usage(text)}


def _delta(delta: dict[str, str], finish: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "scripted", "object": "chat.completion.chunk", "created": 0, "model": "scripted", "choices": [choice]}


def _converse(text: str) -> dict[str, Any]:
    """Bedrock's shape."""
    return {
        "output": {"message": {"role": "assistant", "content": [{"text": text}]}},
        "stopReason": "end_turn",
        "usage": {"inputTokens": 100, "outputTokens": 5, "totalTokens": 105},
        "metrics": {"latencyMs": 1},
    }
