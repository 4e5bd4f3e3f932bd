"""The whole product behind a real socket, with its voicebot: for tests that call it as a browser or an exchange does."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from api.security.permissions import Role
from tests.fakes.open_city import City, open_city
from voicebot.ports import Transcriber

PASSWORD = "kaki-tsukue-fune"
SILENT: dict[str, Any] = {"speech": {"kind": "none"}, "hearing": {"kind": "none"}}
SPEAKING: dict[str, Any] = {"speech": {"processes": 0, "speed": 2.0}, "prepared_answers": 0}


@dataclass(frozen=True)
class VoiceSite:
    city: City
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def key(self, role: Role) -> dict[str, str]:
        key, _ = self.city.doors.accounts.keys.create("test", f"test {role}", role)
        return {"authorization": f"Bearer {key}"}

    def user(self, name: str, role: Role) -> None:
        self.city.doors.accounts.users.create("system", name, role, password=PASSWORD)


@contextmanager
def open_voice_site(
    folder: Path, voice: dict[str, Any], transcriber: Transcriber | None = None, **settings: Any
) -> Iterator[VoiceSite]:
    """Serves until the block ends; calls with sound need the [voice] parts."""
    with open_city(folder, voice=voice, security={"second_factor_roles": ()}, **settings) as city:
        city.doors.phone.transcriber = transcriber
        config = uvicorn.Config(city.app, port=0, ws="websockets-sansio", log_config=None, timeout_graceful_shutdown=3)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        try:
            yield VoiceSite(city, _port(server))
        finally:
            server.should_exit = True
            thread.join(timeout=20)


def _port(server: uvicorn.Server) -> int:
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.01)
    port: int = server.servers[0].sockets[0].getsockname()[1]
    return port
