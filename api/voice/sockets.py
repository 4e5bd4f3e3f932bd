"""A WebSocket of the web framework as the two functions the voicebot works with."""

from collections.abc import Awaitable, Callable

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

Send = Callable[[str | bytes], Awaitable[None]]
Receive = Callable[[], Awaitable[str | bytes | None]]


def ends_of(socket: WebSocket) -> tuple[Send, Receive]:
    """(send, receive) of an accepted socket; receive gives None once it is closed."""

    async def send(message: str | bytes) -> None:
        if isinstance(message, str):
            await socket.send_text(message)
        else:
            await socket.send_bytes(message)

    async def receive() -> str | bytes | None:
        if socket.application_state is not WebSocketState.CONNECTED:
            return None
        message = await socket.receive()
        if message["type"] != "websocket.receive":
            return None
        found: str | bytes | None = message.get("bytes") if message.get("text") is None else message.get("text")
        return found

    return send, receive


async def hang_up(socket: WebSocket, code: int = 1000) -> None:
    """Close a socket that may be closed already."""
    try:
        await socket.close(code)
    except (RuntimeError, WebSocketDisconnect):
        # The far end was faster.
        return
