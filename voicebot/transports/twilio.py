"""Twilio-compatible media streams (also spoken by Fonoster, Telnyx and others): JSON over a WebSocket, µ-law 8 kHz."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from voicebot.domain import Turn
from voicebot.transports.mulaw import decode, encode
from voicebot.transports.wire import Audio, Ended, KeyPressed, WireEvent

MAX_MESSAGE_CHARS = 64_000
Receive = Callable[[], Awaitable[str | bytes | None]]
"""The next message, None when the socket is closed."""
Send = Callable[[str | bytes], Awaitable[None]]


class TwilioWire:
    rate = 8000
    screen = False
    fills_silence = False
    paced = True

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._stream = ""
        self._gone = False
        self.call_sid = ""

    async def begin(self) -> bool:
        """Wait for the start message; False when something else comes."""
        for _ in range(3):
            message = await self._message()
            if message is None:
                return False
            if message.get("event") == "start":
                start = message.get("start")
                if isinstance(start, dict):
                    self._stream = str(start.get("streamSid") or message.get("streamSid") or "")
                    self.call_sid = str(start.get("callSid") or "")
                return bool(self._stream)
        return False

    async def _message(self) -> dict[str, Any] | None:
        """The next JSON object; {} for what is none; None at the end."""
        raw = await self._receive()
        if raw is None or len(raw) > MAX_MESSAGE_CHARS:
            return None
        try:
            message = json.loads(raw)
        except ValueError:
            return {}
        return message if isinstance(message, dict) else {}

    async def receive(self) -> WireEvent:
        while True:
            message = await self._message()
            if message is None or message.get("event") == "stop":
                return Ended("caller")
            event = _event(message)
            if event is not None:
                return event

    async def send(self, pcm: bytes) -> None:
        payload = base64.b64encode(encode(pcm)).decode("ascii")
        await self._deliver(json.dumps({"event": "media", "streamSid": self._stream, "media": {"payload": payload}}))

    async def clear(self) -> None:
        await self._deliver(json.dumps({"event": "clear", "streamSid": self._stream}))

    async def caption(self, turn: Turn) -> None:
        """A telephone has no screen."""

    async def finish(self) -> None:
        """The mark tells the provider's side where our audio ends; closing the socket lets its call flow go on."""
        await self._deliver(json.dumps({"event": "mark", "streamSid": self._stream, "mark": {"name": "end"}}))

    async def _deliver(self, message: str) -> None:
        if self._gone:
            return
        try:
            await self._send(message)
        except Exception:  # every web framework has its own error for a socket that was closed
            self._gone = True


def _event(message: Mapping[str, Any]) -> WireEvent | None:
    media, dtmf = message.get("media"), message.get("dtmf")
    if message.get("event") == "media" and isinstance(media, dict):
        if media.get("track", "inbound") not in ("inbound", "inbound_track"):
            return None
        try:
            return Audio(decode(base64.b64decode(str(media.get("payload", "")), validate=True)))
        except (binascii.Error, ValueError):
            return None
    if message.get("event") == "dtmf" and isinstance(dtmf, dict):
        digit = str(dtmf.get("digit", ""))
        return KeyPressed(digit) if len(digit) == 1 and digit in "0123456789*#" else None
    return None


def signature_ok(token: str, url: str, params: Mapping[str, str], given: str) -> bool:
    """X-Twilio-Signature: HMAC-SHA1 over the URL and the sorted parameters. Without a token nothing is accepted."""
    if not token or not given:
        return False
    text = url + "".join(key + params[key] for key in sorted(params))
    wanted = base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest())
    return hmac.compare_digest(wanted, given.encode("utf-8", "replace"))
