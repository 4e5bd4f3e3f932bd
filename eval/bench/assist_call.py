"""One call at the desk as a client sees it: the exchange and the recogniser on one side, the operator's screen on the
other, every piece of speech timed from the recogniser to the screen."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import orjson
import websockets

from desk.assist.samples import Said

_INTERIM_AT = (0.4, 0.75)
"""A recogniser shows so much of a sentence before it is sure."""
_ANSWER_LIMIT_SECS = 30.0


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the desk is, and the keys to it."""

    url: str
    device_key: str
    operator_key: str
    operator: str
    read_back: tuple[str, ...] = ()
    category: str = ""


@dataclass(slots=True)
class Tally:
    """What a number of calls came to."""

    delays_ms: list[float] = field(default_factory=list)
    """Final piece of a citizen's speech → the suggestions on the screen."""
    errors: list[str] = field(default_factory=list)
    calls: int = 0
    pieces: int = 0
    messages: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """What came to the screen, when, and up to which final piece."""

    at: float
    heard: int
    interim: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """A final piece: when it went out, which number it had, and which message to the recogniser's socket it was."""

    at: float
    number: int
    message: int
    citizen: bool


class BenchCall:
    """Offered, answered, spoken, one answer used, ended, its record completed."""

    def __init__(self, desk: Desk, call_id: str, said: Sequence[Said], speed: float, tally: Tally) -> None:
        self._desk = desk
        self._call_id = call_id
        self._said = said
        self._speed = speed
        self._tally = tally
        self._frames: list[Frame] = []
        self._suggested: list[str] = []
        self._answered: list[float] = []
        self._acts: list[float] = []
        self._sent: list[Sent] = []
        self._events = 0

    async def run(self, client: httpx.AsyncClient) -> None:
        """Never raises for what the server does: it is noted as an error."""
        try:
            await self._run(client)
            self._tally.calls += 1
        except (httpx.HTTPError, websockets.WebSocketException, OSError, TimeoutError) as problem:
            self._tally.errors.append(f"{self._call_id}: {type(problem).__name__}")

    async def _run(self, client: httpx.AsyncClient) -> None:
        await self._tell(client, "call_offered", line="bench", channel="phone", direction="inbound")
        await self._tell(client, "answered", operator=self._desk.operator)
        state = await self._ask(client, "POST", "/v1/assist/sessions", {"call_id": self._call_id})
        path = f"/v1/assist/sessions/{state['session_id']}"
        async with (
            self._socket(f"{path}/ws", self._desk.operator_key) as screen,
            self._socket(f"/v1/assist/calls/{self._call_id}/ws", self._desk.device_key) as recogniser,
        ):
            readers = [asyncio.create_task(self._watch(screen)), asyncio.create_task(self._take_answers(recogniser))]
            try:
                await self._speak(recogniser, client, path)
                await self._until_answered()
            finally:
                for reader in readers:
                    reader.cancel()
                await asyncio.gather(*readers, return_exceptions=True)
        self._measure()
        await self._tell(client, "ended")
        draft = await self._ask(client, "POST", f"{path}/finish", {})
        await self._close(client, draft)
        await self._tell(client, "acw_end")

    async def _speak(self, recogniser: Any, client: httpx.AsyncClient, path: str) -> None:
        started = time.perf_counter()
        marked = False
        for number, one in enumerate(self._said, start=1):
            for share in _INTERIM_AT:
                await self._until(started, one.start_ms + share * (one.end_ms - one.start_ms))
                await self._send(recogniser, one, one.text[: round(len(one.text) * share)], final=False)
            await self._until(started, one.end_ms)
            at = await self._send(recogniser, one, one.text, final=True)
            self._sent.append(Sent(at, number, len(self._acts), one.speaker == "citizen"))
            self._tally.pieces += 1
            if one.speaker == "operator" and self._suggested and not marked and number > len(self._said) // 2:
                marked = True
                await self._ask(client, "POST", f"{path}/marks", {"faq_id": self._suggested[0], "kind": "faq_used"})

    async def _until(self, started: float, at_ms: float) -> None:
        await asyncio.sleep(max(0.0, started + at_ms / 1000 / self._speed - time.perf_counter()))

    async def _send(self, recogniser: Any, one: Said, text: str, *, final: bool) -> float:
        piece = {"speaker": one.speaker, "text": text, "start_ms": one.start_ms, "end_ms": one.end_ms, "final": final}
        at = time.perf_counter()
        self._acts.append(at)
        self._tally.messages += 1
        await recogniser.send(orjson.dumps(piece).decode())
        return at

    async def _watch(self, screen: Any) -> None:
        async for message in screen:
            state = orjson.loads(message)
            if "problem" in state:
                self._tally.errors.append(f"{self._call_id}: {state['problem']}")
                continue
            self._suggested = [card["faq_id"] for card in state["suggestions"]]
            self._frames.append(Frame(time.perf_counter(), state["heard"], state["interim"] is not None))

    async def _take_answers(self, recogniser: Any) -> None:
        async for message in recogniser:
            self._answered.append(time.perf_counter())
            problem = orjson.loads(message).get("problem")
            if problem:
                self._tally.errors.append(f"{self._call_id}: {problem}")

    async def _until_answered(self) -> None:
        async with asyncio.timeout(_ANSWER_LIMIT_SECS):
            while len(self._answered) < len(self._acts) or not self._shown(len(self._said)):  # noqa: ASYNC110 - two readers
                await asyncio.sleep(0.005)

    def _shown(self, number: int) -> bool:
        return any(frame.heard >= number for frame in self._frames)

    def _measure(self) -> None:
        """The last frame a piece brought before anything else was said; where pieces overtake each other, when the
        server was done with it and the screen had it."""
        for sent in self._sent:
            if not sent.citizen:
                continue
            until = self._acts[sent.message] if sent.message < len(self._acts) else float("inf")
            own = [f.at for f in self._frames if sent.at < f.at <= until and f.heard == sent.number and not f.interim]
            first = next(f.at for f in self._frames if f.at > sent.at and f.heard >= sent.number)
            shown = own[-1] if own else max(first, self._answered[sent.message - 1])
            self._tally.delays_ms.append((shown - sent.at) * 1e3)

    async def _close(self, client: httpx.AsyncClient, draft: dict[str, Any]) -> None:
        content = draft["content"]
        filled = {
            "category": content["category"] or self._desk.category,
            "inquiry": content["inquiry"] or "お問い合わせ",
            "outcome": content["outcome"] or "answered",
            "transfer_to": content["transfer_to"] or ("市民課" if content["outcome"] == "transferred" else ""),
            "answered_in_center": True,
            "completed": True,
        }
        record = {
            "content": {**content, **filled}, "revision": draft["revision"], "status": "done",
            "told": self._desk.read_back,
        }  # fmt: skip
        await self._ask(client, "PUT", f"/v1/interactions/{draft['record_id']}", record)

    async def _tell(self, client: httpx.AsyncClient, kind: str, **attributes: str) -> None:
        self._events += 1
        event = {
            "event_id": f"{self._call_id}-{self._events}", "call_id": self._call_id, "type": kind,
            "at": datetime.now(UTC).isoformat(), "attributes": attributes,
        }  # fmt: skip
        receipt = await self._ask(client, "POST", "/v1/pbx/events", {"events": [event]}, self._desk.device_key)
        if receipt.get("accepted") != 1:
            self._tally.errors.append(f"{self._call_id}: {kind} {receipt}")

    async def _ask(self, client: httpx.AsyncClient, method: str, path: str, body: Any, key: str = "") -> dict[str, Any]:
        self._tally.messages += 1
        headers = {"authorization": f"Bearer {key or self._desk.operator_key}"}
        answer = await client.request(method, path, json=body, headers=headers)
        if answer.is_error:
            self._tally.errors.append(f"{self._call_id}: {method} {path.split('/')[2]} {answer.status_code}")
            answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def _socket(self, path: str, key: str) -> Any:
        url = f"{self._desk.url.replace('http', 'ws', 1)}{path}"
        return websockets.connect(url, additional_headers={"authorization": f"Bearer {key}"}, proxy=None)
