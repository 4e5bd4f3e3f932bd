"""A copy of the server process that only reads questions. A copy costs 20 ms and hardly any memory, because it shares the
index with the server until one of them writes to it; loading the index again would cost seconds and all of its size.

The server has threads, and a copy has none of them: whatever lock one of them held stays locked in the copy for ever. So it
does nothing but read (`Ahead.read` takes no lock but the one around the table of words, which others hold for a look at a
time), opens, imports and logs nothing, and is killed when it does not reply."""

import gc
import os
import pickle
import signal
import socket
import struct
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from knowledge.answering.ahead import Reading, Unread

Read = Callable[[Sequence[Unread]], list[Reading | None]]
_HEAD = struct.Struct("!I")
_CHUNK = 1 << 16
_TOGETHER = 4
"""Questions read at a time: what one step reads lies in the processor's cache for the next, and replies do not wait long."""


def framed(content: object) -> bytes:
    """One message between the two."""
    body = pickle.dumps(content, pickle.HIGHEST_PROTOCOL)
    return _HEAD.pack(len(body)) + body


def unframed(buffer: bytearray) -> Iterator[Any]:
    """The whole messages at the front of the buffer, which are taken out of it."""
    while len(buffer) >= _HEAD.size:
        end = _HEAD.size + _HEAD.unpack_from(buffer)[0]
        if len(buffer) < end:
            return
        body = bytes(buffer[_HEAD.size : end])
        del buffer[:end]
        # Only ever written by the other end of a nameless pair of sockets.
        content = pickle.loads(body)  # noqa: S301
        yield content


def copied(read: Read) -> tuple[int, socket.socket]:
    """Begin a copy; its number and the socket on which it takes (number, Unread) and gives (number, Reading | None).
    Raises OSError where the system has no room for one."""
    ours, theirs = socket.socketpair()
    gc.collect()
    gc.freeze()  # a collection in the copy must not write to every page it shares
    try:
        with warnings.catch_warnings():  # Python 3.12 on: what it warns of is said above
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
    except OSError:
        ours.close()
        theirs.close()
        raise
    if pid == 0:
        _live(theirs.fileno(), read)
    theirs.close()
    return pid, ours


def _live(link: int, read: Read) -> None:
    """Never returns: nothing of the server's may be ended, closed or flushed a second time."""
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.closerange(3, link)
        os.closerange(link + 1, os.sysconf("SC_OPEN_MAX"))
        _work(socket.socket(fileno=link), read)
    finally:
        os._exit(0)


def _work(link: socket.socket, read: Read) -> None:
    """Until the server closes its end, also by dying."""
    buffer = bytearray()
    waiting: list[tuple[int, Unread]] = []
    while True:
        try:
            chunk = link.recv(_CHUNK, socket.MSG_DONTWAIT if waiting else 0)
        except BlockingIOError:
            pass
        else:
            if not chunk:
                return
            buffer += chunk
            waiting += unframed(buffer)
        now, waiting = waiting[:_TOGETHER], waiting[_TOGETHER:]
        if now:
            link.sendall(b"".join(map(framed, _replies(now, read))))


def _replies(asked: Sequence[tuple[int, Unread]], read: Read) -> Iterator[tuple[int, Reading | None]]:
    """What cannot be read is left to the server, which says why."""
    try:
        readings = read([question for _, question in asked])
    except Exception:
        readings = [None] * len(asked)
    return zip((number for number, _ in asked), readings, strict=True)
