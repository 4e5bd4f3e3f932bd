"""The litellm adapter: OpenAI-compatible servers, Azure OpenAI and Bedrock. Imported only where a model is configured.

litellm gets an HTTP client of ours, so that nothing but the allowed endpoint can be reached through it.
"""

import os
from collections.abc import Iterator
from functools import cached_property
from importlib.util import find_spec
from threading import Lock
from typing import Any

import httpx

from knowledge.errors import ConfigurationError
from knowledge.language.egress import EgressRefused, guarded_client
from knowledge.language.endpoint import Endpoint, EndpointRules, check_endpoint
from knowledge.language.wire import Ask, Kind, Piece, WireError, Written
from knowledge.settings import LlmSettings

PROVIDERS = ("openai", "azure", "bedrock")
# litellm asks the internet for prices, and tells it about use, unless told not to.
_QUIET = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_TELEMETRY": "False", "DISABLE_SCHEMA_UPDATE": "True"}
_KINDS: tuple[tuple[type[Exception], Kind], ...] = (
    (EgressRefused, "egress"),
    (httpx.TimeoutException, "timeout"),
    (httpx.TransportError, "disconnected"),
)
"""What our own HTTP client reports, most telling first; litellm gives it other names."""


def endpoint_of(settings: LlmSettings) -> Endpoint:
    """Where this configuration sends text, if it may. Raises ConfigurationError that says what to change."""
    if find_spec("litellm") is None:
        raise ConfigurationError("言語モデルには追加の部品が必要です。pip install 'madoguchi[llm]' で入れてください。")
    provider, _, name = settings.model.partition("/")
    if provider not in PROVIDERS or not name:
        raise ConfigurationError(
            "llm.model は openai/モデル名、azure/デプロイ名、bedrock/モデル名 のどれかで指定してください。"
        )
    return check_endpoint(_base(settings), EndpointRules(settings.allowed_endpoints, settings.plain_http_hosts))


def _base(settings: LlmSettings) -> str:
    if settings.api_base:
        return settings.api_base
    if settings.model.startswith("bedrock/") and settings.region:
        return f"https://bedrock-runtime.{settings.region}.amazonaws.com"
    raise ConfigurationError("言語モデルのアドレス（llm.api_base）を指定してください。")


def _key(settings: LlmSettings) -> str:
    if settings.api_key_file is None:
        return settings.api_key.get_secret_value()
    try:
        return settings.api_key_file.read_text(encoding="utf-8").strip()
    except OSError as exc:
        raise ConfigurationError("llm.api_key_file のファイルを読み取れません。") from exc


class LiteLlmWire:
    """Implements knowledge.language.wire.Wire. Raises ConfigurationError for an endpoint that is not allowed."""

    def __init__(self, settings: LlmSettings) -> None:
        self._settings = settings
        self._endpoint = endpoint_of(settings)
        self._api_key = _key(settings)
        self._lock = Lock()
        self._http = guarded_client(self._endpoint, settings.max_concurrent, settings.ca_file)

    def warm_up(self) -> None:
        """Import litellm (seconds)."""
        with self._lock:
            _ = self._client

    def close(self) -> None:
        self._http.close()

    def send(self, ask: Ask, timeout_secs: float) -> Written:
        """Raises WireError, and nothing else."""
        try:
            reply = self._completion(ask, timeout_secs, stream=False)
            text = reply.choices[0].message.content
            used = getattr(reply, "usage", None)
        except Exception as error:
            raise _wire_error(error) from None
        if not isinstance(text, str) or not text.strip():
            raise WireError("malformed")
        return Written(text, _count(used, "prompt_tokens"), _count(used, "completion_tokens"))

    def stream(self, ask: Ask, timeout_secs: float) -> Iterator[Piece]:
        """Raises WireError, and nothing else."""
        reply: Any = None
        written = False
        try:
            reply = self._completion(ask, timeout_secs, stream=True)
            for part in reply:
                choices = getattr(part, "choices", None) or ()
                text = (choices[0].delta.content if choices else None) or ""
                used = getattr(part, "usage", None)
                written = written or bool(text.strip())
                yield Piece(text, _count(used, "prompt_tokens"), _count(used, "completion_tokens"))
        except Exception as error:
            raise _wire_error(error) from None
        finally:
            _hang_up(reply)
        if not written:
            raise WireError("malformed")

    def _completion(self, ask: Ask, timeout_secs: float, stream: bool) -> Any:
        with self._lock:
            client, litellm = self._client, self._litellm
        given: dict[str, Any] = {
            "model": self._settings.model,
            "messages": [{"role": m.role, "content": str(m.text)} for m in ask.messages],
            "max_tokens": ask.max_tokens,
            "temperature": ask.temperature,
            "timeout": timeout_secs,
            "num_retries": 0,
            "max_retries": 0,
            "client": client,
            "stream": stream,
            "drop_params": True,
        }
        if ask.shape == "json":
            given["response_format"] = {"type": "json_object"}
        if stream:
            given["stream_options"] = {"include_usage": True}
        return litellm.completion(**given, **self._place())

    def _place(self) -> dict[str, Any]:
        settings = self._settings
        place: dict[str, Any] = {"api_key": self._api_key or "none"}
        if settings.model.startswith("bedrock/"):
            return place | {
                "aws_bedrock_runtime_endpoint": _base(settings),
                "aws_region_name": settings.region or "none",
            }
        place["api_base"] = settings.api_base
        if settings.api_version:
            place["api_version"] = settings.api_version
        return place

    @cached_property
    def _litellm(self) -> Any:
        for name, value in _QUIET.items():
            os.environ[name] = value
        import litellm

        litellm.telemetry = False
        litellm.suppress_debug_info = True
        litellm.turn_off_message_logging = True
        return litellm

    @cached_property
    def _client(self) -> Any:
        """The provider's client on our HTTP client; libraries retry and redirect nothing by themselves."""
        _ = self._litellm
        settings, key = self._settings, self._api_key or "none"
        if settings.model.startswith("azure/"):
            from openai import AzureOpenAI

            version = settings.api_version or "2024-10-21"
            return AzureOpenAI(
                azure_endpoint=settings.api_base,
                api_key=key,
                api_version=version,
                http_client=self._http,
                max_retries=0,
            )
        if settings.model.startswith("bedrock/"):
            from litellm.llms.custom_httpx.http_handler import HTTPHandler

            return HTTPHandler(client=self._http)
        from openai import OpenAI

        return OpenAI(base_url=settings.api_base, api_key=key, http_client=self._http, max_retries=0)


def _wire_error(error: Exception) -> WireError:
    """The kind of what went wrong, never its words: they may hold what was sent."""
    if isinstance(error, WireError):
        return error
    causes = _causes(error)
    for wanted, kind in _KINDS:
        if any(isinstance(one, wanted) for one in causes):
            return WireError(kind)
    reply = next((found for one in causes if (found := _reply(one)) is not None), None)
    if reply is None or reply.status_code < 400:
        return WireError("malformed")
    return WireError(_kind_of_status(reply.status_code), reply.status_code, _retry_after(reply))


def _reply(error: BaseException) -> httpx.Response | None:
    """What the endpoint really sent; litellm's own errors carry a status it made up."""
    if type(error).__module__.startswith("litellm"):
        return None
    found = getattr(error, "response", None)
    return found if isinstance(found, httpx.Response) else None


def _kind_of_status(status: int) -> Kind:
    if status == 429:
        return "rate_limited"
    return "server" if status >= 500 else "refused"


def _causes(error: BaseException) -> list[BaseException]:
    """The error and what it came from."""
    found: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and len(found) < 20:
        found.append(one)
        one = one.__cause__ or one.__context__
    return found


def _retry_after(response: httpx.Response) -> float | None:
    try:
        return min(60.0, max(0.0, float(response.headers.get("retry-after", ""))))
    except ValueError:
        return None


def _count(used: Any, name: str) -> int:
    value = getattr(used, name, 0)
    return value if isinstance(value, int) else 0


def _hang_up(reply: Any) -> None:
    """Close the connection of a stream nobody reads to its end; how depends on the provider."""
    for holder in (reply, getattr(reply, "completion_stream", None)):
        close = getattr(holder, "close", None)
        if callable(close):
            try:
                close()
            except Exception:  # noqa: S110  hanging up has no result; the client closes what is left
                pass
