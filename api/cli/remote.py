"""The server that runs on this data folder, if one does: commands go through it instead of past it.

httpx is imported where a server runs: it takes a seventh of a second, and mostly none does."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson

from knowledge.data_folder import DataFolder
from knowledge.errors import MadoguchiError, Problem, Unavailable

if TYPE_CHECKING:
    import httpx

_LONG_SECS = 600.0
_POLL_SECS = 0.5


class ServerRefused(MadoguchiError):
    """The server's own words."""


class RunningServer:
    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def call(self, method: str, path: str, **request: Any) -> httpx.Response:
        """Raises ServerRefused with what the server says, Unavailable when it is gone."""
        import httpx

        try:
            response = self._client.request(method, path, **request)
        except httpx.HTTPError as exc:
            raise Unavailable("起動中の窓口が応答しません。しばらく待ってからやり直してください。") from exc
        if response.is_error:
            raise _refusal(response)
        return response

    def wait_until_learnt(self, tell: Any) -> None:
        """Until the server has learnt what it was given. Raises Unavailable when that fails."""
        self.call("POST", "/v1/index/train")
        while True:
            training: Mapping[str, Any] = self.call("GET", "/v1/index").json()["training"]
            if training["state"] == "failed":
                raise Unavailable("検索の学習に失敗しました。起動中の窓口の記録（ログ）を確認してください。")
            if training["name"] and training["total"]:
                tell(training["name"], training["done"], training["total"])
            if training["state"] == "idle" and training["current"]:
                return
            time.sleep(_POLL_SECS)


@contextmanager
def running_server(data_dir: Path) -> Iterator[RunningServer | None]:
    """None when no server answers; a file that a killed server left behind is ignored."""
    told = _read(DataFolder(data_dir).server_file)
    if told is None:
        yield None
        return
    with _client(told) as client:
        yield RunningServer(client) if _answers(client) else None


def _read(path: Path) -> dict[str, str] | None:
    try:
        content = orjson.loads(path.read_bytes())
        return {"url": content["url"], "key": content["key"], "certificate": content["certificate"]}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _client(told: Mapping[str, str]) -> httpx.Client:
    import httpx

    verify: ssl.SSLContext | bool = True
    if urlsplit(told["url"]).scheme == "https" and told["certificate"]:
        # The certificate is for the public name, not for the loopback address; it is the very same file, though.
        verify = ssl.create_default_context(cafile=told["certificate"])
        verify.check_hostname = False
    headers = {"authorization": f"Bearer {told['key']}"}
    # A proxy from the environment must never see the key.
    return httpx.Client(base_url=told["url"], headers=headers, timeout=_LONG_SECS, verify=verify, trust_env=False)


def _answers(client: httpx.Client) -> bool:
    import httpx

    try:
        return client.get("/v1/auth/me", timeout=5.0).is_success
    except httpx.HTTPError:
        return False


def _refusal(response: httpx.Response) -> ServerRefused:
    try:
        content = response.json()
        problems = [Problem(one["message"], one["row"], one["column"]) for one in content.get("problems") or ()]
        return ServerRefused(str(content["detail"]), problems)
    except (ValueError, KeyError, TypeError, AttributeError):
        return ServerRefused(f"起動中の窓口が処理できませんでした（HTTP {response.status_code}）。")
