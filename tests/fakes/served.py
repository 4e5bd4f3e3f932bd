"""An application behind a real server on a free port, for the time of a block."""

import threading

import uvicorn
from fastapi import FastAPI


class Served:
    def __init__(self, app: FastAPI) -> None:
        self._server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, ws="none"))
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def __enter__(self) -> str:
        """The address, once it answers."""
        self._thread.start()
        while not self._server.started:
            self._thread.join(0.02)
            assert self._thread.is_alive()
        host, port = self._server.servers[0].sockets[0].getsockname()[:2]
        return f"http://{host}:{port}"

    def __exit__(self, *_error: object) -> None:
        self._server.should_exit = True
        self._thread.join()
