"""`LanguageService`: the language model behind its guard rails. The only caller of a Wire.

Order: switch, feature, budget, cache, breaker, a free place, then the endpoint with a few patient retries.
"""

import logging
import random
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import BoundedSemaphore

from knowledge.errors import NoLanguageModel, Unavailable
from knowledge.language.breaker import CircuitBreaker
from knowledge.language.framing import fingerprint, frame
from knowledge.language.model import Completion, Failure, Feature, LanguageRequest, LanguageState, Why
from knowledge.language.switch import MasterSwitch
from knowledge.language.usage import Call, UsageMeter
from knowledge.language.wire import WORTH_RETRYING, Ask, Wire, WireError
from knowledge.ports import Clock
from knowledge.recent import Recent
from knowledge.settings import LlmSettings

NOTICES: Mapping[Why, str] = {
    "not_configured": "言語モデルは設定されていません。承認済みの回答だけで動いています。",
    "switched_off": "AIの下書きは、管理者が止めています。承認済みの回答だけで動いています。",
    "feature_off": "このAIの機能は、設定で止めてあります。",
    "budget": "AIの利用量が上限に達したため、承認済みの回答だけで動いています。",
    "resting": "言語モデルに接続できないため、承認済みの回答だけで動いています。自動で再開を試みます。",
    "busy": "言語モデルが混み合っています。承認済みの回答をご利用ください。",
    "timeout": "言語モデルの返事が時間内に届きませんでした。承認済みの回答をご利用ください。",
    "failed": "言語モデルから文章を受け取れませんでした。承認済みの回答をご利用ください。",
}
_WAIT_FOR_PLACE_SECS = 2.0
_FIRST_PAUSE_SECS = 0.3
_LONGEST_PAUSE_SECS = 5.0
_KEPT_FAILURES = 20
_log = logging.getLogger(__name__)
_CHARS_PER_TOKEN = 1.5
"""Japanese, roughly, rounded to the costly side: for endpoints that do not count."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Replaced in tests."""

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random
    place_secs: float = _WAIT_FOR_PLACE_SECS


@dataclass(frozen=True, slots=True)
class LanguageParts:
    settings: LlmSettings
    wire: Wire | None
    """None: no model is configured."""
    meter: UsageMeter
    switch: MasterSwitch
    clock: Clock
    endpoint: str = ""
    timing: Timing = Timing()


class LanguageService:
    """Implements knowledge.ports.LanguageModel. Thread-safe."""

    def __init__(self, parts: LanguageParts) -> None:
        chosen = parts.settings
        self._parts = parts
        self._breaker = CircuitBreaker(chosen.breaker_failures, chosen.breaker_rest_secs, parts.timing.monotonic)
        self._cache: Recent[str, Completion] = Recent(chosen.cache_entries)  # in memory only, gone with the process
        self._places = BoundedSemaphore(max(1, chosen.max_concurrent))
        self._failures: deque[Failure] = deque(maxlen=_KEPT_FAILURES)

    @property
    def name(self) -> str:
        return self._parts.settings.model

    # --- state --------------------------------------------------------------------------------------------------

    def available(self, feature: Feature) -> bool:
        return self.why_not(feature) is None

    def wanted(self, feature: Feature) -> bool:
        """Whether a screen should have a place for it: configured and not turned off in the settings. Whether it can
        be used just now is said by `available` and `notice`."""
        return self._parts.wire is not None and bool(getattr(self._parts.settings.features, feature))

    def why_not(self, feature: Feature | None = None) -> Why | None:
        """Why nothing would be asked now; None when it would."""
        parts = self._parts
        if parts.wire is None:
            return "not_configured"
        if not parts.switch.on:
            return "switched_off"
        if feature is not None and not getattr(parts.settings.features, feature):
            return "feature_off"
        if parts.meter.used_up():
            return "budget"
        return "resting" if self._breaker.state == "open" else None

    def notice(self, feature: Feature | None = None) -> str:
        """The sentence for people at the screen; empty while all is well or where no model was ever wanted."""
        why = self.why_not(feature)
        return NOTICES[why] if why not in (None, "not_configured") else ""

    def state(self) -> LanguageState:
        parts, settings = self._parts, self._parts.settings
        today, month = parts.meter.totals()
        limits = ("tokens_per_day", "tokens_per_month", "yen_per_day", "yen_per_month")
        return LanguageState(
            configured=parts.wire is not None,
            switched_on=parts.switch.on,
            why=self.why_not(),
            notice=self.notice(),
            model=settings.model,
            endpoint=parts.endpoint,
            breaker=self._breaker.state,
            features=settings.features.model_dump(),
            today=today,
            month=month,
            limits={name: float(getattr(settings, name)) for name in limits},
            failures=tuple(reversed(self._failures)),
        )

    @property
    def meter(self) -> UsageMeter:
        return self._parts.meter

    def warm_up(self) -> None:
        """Load the adapter's libraries (seconds); nothing is sent."""
        if self._parts.wire is not None:
            self._parts.wire.warm_up()

    def turn(self, on: bool, who: str) -> None:
        """The master switch; off also ends streams under way and forgets what was cached."""
        self._parts.switch.turn(on, who)
        if on:
            self._breaker.reset()
        else:
            self._cache.clear()

    # --- asking -------------------------------------------------------------------------------------------------

    def complete(self, request: LanguageRequest) -> Completion:
        """Raises NoLanguageModel, and nothing else, whatever the endpoint does."""
        self._check(request.feature)
        started = self._parts.timing.monotonic()
        key = self._key(request)
        known = self._cache.get(key)
        if known is not None:
            self._count(Call(request.feature, cached=True))
            return _told(request.feature, replace(known, cached=True, took_ms=self._since_ms(started)))
        with self._entered(request):
            written = self._patiently(request, started)
        self._count(Call(request.feature, written.input_tokens, written.output_tokens))
        made = replace(written, took_ms=self._since_ms(started))
        self._cache.put(key, made)
        return _told(request.feature, made)

    def stream(self, request: LanguageRequest) -> Iterator[str]:
        """Raises NoLanguageModel, also between two pieces. Streams are not retried once a piece is out."""
        self._check(request.feature)
        key = self._key(request)
        known = self._cache.get(key)
        if known is not None:
            self._count(Call(request.feature, cached=True))
            yield known.text
            return
        with self._entered(request):
            yield from self._streamed(request, key)

    def _streamed(self, request: LanguageRequest, key: str) -> Iterator[str]:
        started = self._parts.timing.monotonic()
        ask = self._ask(request)
        told = (0, 0)
        whole: list[str] = []
        outcome = "left"
        pieces = self._wire.stream(ask, self._timeout_secs(request))
        try:
            for piece in pieces:
                if not self._parts.switch.on:
                    raise self._no("switched_off")
                told = (max(told[0], piece.input_tokens), max(told[1], piece.output_tokens))
                if piece.text:
                    whole.append(piece.text)
                    yield piece.text
            outcome = "finished"
        except WireError:
            outcome = "failed"
            raise
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()
            text = "".join(whole)
            used = _tokens(ask, text, *told)
            self._count(Call(request.feature, *used, calls=0 if outcome == "failed" else 1))
        made = Completion(text, request.prompt.name, request.prompt.sha, self._parts.settings.model, *used)
        if outcome == "finished":
            self._cache.put(key, _told(request.feature, replace(made, took_ms=self._since_ms(started))))

    def _patiently(self, request: LanguageRequest, started: float) -> Completion:
        settings, timing = self._parts.settings, self._parts.timing
        ask, timeout_secs = self._ask(request), self._timeout_secs(request)
        for attempt in range(settings.retries + 1):
            left = timeout_secs - (timing.monotonic() - started)
            if left <= 0:
                raise WireError("timeout")
            try:
                written = self._wire.send(ask, left)
            except WireError as error:
                pause = self._pause_secs(attempt, error)
                last = attempt == settings.retries or error.kind not in WORTH_RETRYING
                if last or timing.monotonic() - started + pause >= timeout_secs:
                    raise
                timing.sleep(pause)
                self._check(request.feature)
                continue
            used = _tokens(ask, written.text, written.input_tokens, written.output_tokens)
            return Completion(written.text, request.prompt.name, request.prompt.sha, settings.model, *used)
        raise AssertionError("the loop returns or raises")

    def _pause_secs(self, attempt: int, error: WireError) -> float:
        """Doubles, with jitter; what the endpoint asks for wins when it is longer."""
        pause: float = min(_FIRST_PAUSE_SECS * 2.0**attempt, _LONGEST_PAUSE_SECS) * (0.5 + self._parts.timing.jitter())
        return max(pause, error.retry_after_secs or 0.0)

    @contextmanager
    def _entered(self, request: LanguageRequest) -> Iterator[None]:
        """A place and the breaker's leave; turns what goes wrong into NoLanguageModel."""
        if not self._places.acquire(timeout=self._parts.timing.place_secs):
            raise self._no("busy")
        try:
            if not self._breaker.enter():
                raise self._no("resting")
            try:
                yield
            except WireError as error:
                self._breaker.failed()
                self._note(request.feature, error)
                raise self._no("timeout" if error.kind == "timeout" else "failed") from None
            except BaseException:
                self._breaker.left()
                raise
            self._breaker.succeeded()
        finally:
            self._places.release()

    def _check(self, feature: Feature) -> None:
        why = self.why_not(feature)
        if why is not None:
            raise self._no(why)

    def _no(self, why: Why) -> NoLanguageModel:
        return NoLanguageModel(why, NOTICES[why])

    def _note(self, feature: Feature, error: WireError) -> None:
        at = self._parts.clock.now().isoformat(timespec="seconds")
        self._failures.append(Failure(at, feature, error.kind, error.status))
        self._count(Call(feature, failed=True))

    def _count(self, call: Call) -> None:
        """A meter that cannot be written stops the model: without a count there is no budget."""
        try:
            self._parts.meter.add(call)
        except Unavailable:
            raise self._no("failed") from None

    def _timeout_secs(self, request: LanguageRequest) -> float:
        longest = self._parts.settings.timeout_secs
        return longest if request.timeout_secs is None else min(longest, request.timeout_secs)

    def _ask(self, request: LanguageRequest) -> Ask:
        return Ask(frame(request), request.max_tokens, self._parts.settings.temperature, request.shape)

    def _key(self, request: LanguageRequest) -> str:
        return f"{self._parts.settings.model} {fingerprint(request)}"

    @property
    def _wire(self) -> Wire:
        wire = self._parts.wire
        assert wire is not None, "why_not() has looked"
        return wire

    def _since_ms(self, started: float) -> float:
        return (self._parts.timing.monotonic() - started) * 1e3


def _told(feature: Feature, made: Completion) -> Completion:
    """Leaves in the log how long it took, and no word of it."""
    _log.info("language model: %s took %.0f ms%s", feature, made.took_ms, ", remembered" if made.cached else "")
    return made


def _tokens(ask: Ask, text: str, told_input: int, told_output: int) -> tuple[int, int]:
    """What the endpoint counted, or a guess: an endpoint that does not count is not free."""
    sent = sum(len(message.text) for message in ask.messages)
    return told_input or int(sent * _CHARS_PER_TOKEN), told_output or int(len(text) * _CHARS_PER_TOKEN)
