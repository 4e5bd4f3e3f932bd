"""The browser page's protocol: binary messages are PCM 16 kHz, text messages are JSON.

To us: {"type":"key","key":"1"} · {"type":"text","text":…} · {"type":"lang","lang":…} · {"type":"stop"} · {"type":"end"}
From us: {"type":"turn", …} (captions, both sides) · {"type":"clear"} · {"type":"end"}, and binary PCM.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from knowledge.domain import LANGUAGES
from voicebot.domain import Turn
from voicebot.transports.wire import Audio, Chosen, Ended, KeyPressed, Stop, Typed, WireEvent

RATE = 16000
MAX_MESSAGE_BYTES = 64_000
MAX_TEXT_CHARS = 500
Receive = Callable[[], Awaitable[str | bytes | None]]
Send = Callable[[str | bytes], Awaitable[None]]


class BrowserWire:
    rate = RATE
    screen = True
    fills_silence = False
    paced = True

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._ended = False

    async def receive(self) -> WireEvent:
        while True:
            message = await self._receive()
            if message is None or len(message) > MAX_MESSAGE_BYTES:
                self._ended = True
                return Ended("caller" if message is None else "protocol")
            event = Audio(message[: len(message) // 2 * 2]) if isinstance(message, bytes) else command(message)
            if event is not None:
                self._ended = isinstance(event, Ended)
                return event

    async def send(self, pcm: bytes) -> None:
        await self._deliver(pcm)

    async def clear(self) -> None:
        await self._deliver(json.dumps({"type": "clear"}))

    async def caption(self, turn: Turn) -> None:
        await self._deliver(json.dumps(caption(turn), ensure_ascii=False))

    async def finish(self) -> None:
        await self._deliver(json.dumps({"type": "end"}))

    async def _deliver(self, message: str | bytes) -> None:
        if self._ended:
            return
        try:
            await self._send(message)
        except Exception:  # every web framework has its own error for a socket that was closed
            self._ended = True


def command(message: str) -> WireEvent | None:
    """A text message of the page; None for what means nothing."""
    try:
        data: Any = json.loads(message)
    except ValueError:
        return None
    if not isinstance(data, dict):
        return None
    match data.get("type"):
        case "key":
            key = str(data.get("key", ""))
            return KeyPressed(key) if len(key) == 1 and key in "0123456789*#" else None
        case "text":
            text = str(data.get("text", "")).strip()[:MAX_TEXT_CHARS]
            return Typed(text) if text else None
        case "lang":
            return Chosen(data["lang"]) if data.get("lang") in LANGUAGES else None
        case "stop":
            return Stop()
        case "end":
            return Ended("caller")
        case _:
            return None


def caption(turn: Turn) -> dict[str, Any]:
    """What the page shows of one turn; masked text only."""
    return {
        "type": "turn",
        "index": turn.index,
        "who": turn.who,
        "node": turn.node,
        "text": turn.text,
        "key": turn.key,
        "faq_id": turn.faq_id,
        "decision": turn.decision,
    }
