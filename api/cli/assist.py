"""`assist`: a sample call or a transcript of your own spoken into the running service; the city's own lists checked."""

import json
import secrets
import time
from datetime import UTC, datetime
from pathlib import Path
from string import ascii_lowercase
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli import screen
from api.cli.options import AsJson, DataDir, read_file, settings_of

if TYPE_CHECKING:
    from api.cli.remote import RunningServer
    from desk.assist.samples import Said

app = typer.Typer(no_args_is_help=True, help="応対支援")
_SPEAKERS = {"市": "市", "市民": "市", "citizen": "市", "席": "席", "自分": "席", "operator": "席"}


@app.command("samples")
def samples() -> None:
    """見本の通話の一覧。"""
    from desk.assist.samples import load_sample_calls

    for one in load_sample_calls():
        screen.say(f"{one.call_id}　{one.title}（約{one.length_secs}秒）")


@app.command("guides")
def guides(
    copy: Annotated[
        bool, typer.Option("--copy", help="付属のファイルを、直すもととしてデータフォルダーに置く")
    ] = False,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """持ち物の案内・台本・タグのファイルを調べ、公開中の FAQ に基づかないものを並べる。"""
    from dataclasses import asdict

    from api.guides_check import check_guides
    from desk.guides import copy_shipped
    from knowledge.data_folder import prepare

    settings = settings_of(data_dir)
    if copy:
        made = copy_shipped(prepare(settings.data_dir).root)
        screen.note(
            f"{'、'.join(made)} を置きました。" if made else "同じ名前のファイルがもうあります。何も置いていません。"
        )
    found, missing = check_guides(settings)
    if as_json:
        counts = {name: len(getattr(found, name)) for name in ("checklists", "scripts", "tag_rules")}
        screen.say_json({"own": found.own, **counts, "unsupported": [asdict(one) for one in missing]})
        return
    screen.say(f"市のファイル：{'、'.join(found.own) or 'なし（製品に付属のものを使います）'}")
    screen.say(f"持ち物の一覧 {len(found.checklists)} 件、台本 {len(found.scripts)} 件、タグ {len(found.tag_rules)} 件")
    for one in missing:
        screen.say(f"出しません：{one.file} の「{one.name}」。公開中でないもの：{'、'.join(one.lacks)}")
    if not missing:
        screen.say("すべて公開中の FAQ に基づいています。")


@app.command("play")
def play(
    source: Annotated[str, typer.Argument(help="見本の名前、または文字起こしのファイル（1行に「市：…」「席：…」）")],
    operator: Annotated[str, typer.Option("--operator", help="通話を受けるオペレーターのログイン名")] = "",
    call: Annotated[str, typer.Option("--call", help="進行中の通話の番号（指定すると、その通話に流す）")] = "",
    speed: Annotated[float, typer.Option("--speed", min=0.1, max=1000, help="速さ（1が等速）")] = 1.0,
    data_dir: DataDir = None,
) -> None:
    """通話の文字起こしを、起動中の窓口へ音声認識と同じ道で流す。"""
    from api.cli.remote import running_server
    from knowledge.errors import InvalidInput, Unavailable

    said = _said(source)
    if not operator and not call:
        raise InvalidInput("--operator か --call を指定してください。")
    with running_server(settings_of(data_dir).data_dir) as server:
        if server is None:
            raise Unavailable("窓口が動いていません。madoguchi serve で起動してから、もう一度実行してください。")
        call_id = call or new_call_id()
        if not call:
            _tell(server, call_id, "call_offered")
            _tell(server, call_id, "answered", operator=operator)
        screen.say(f"通話 {call_id} を始めました。職員用画面の「応対支援」で開いてください。")
        _speak(server, call_id, said, speed)
        if not call:
            _tell(server, call_id, "ended")


def new_call_id() -> str:
    """Letters alone: one number in a hundred looks like somebody's, and the log would put another in its place."""
    return "play-" + "".join(secrets.choice(ascii_lowercase) for _ in range(12))


def _speak(server: "RunningServer", call_id: str, said: "tuple[Said, ...]", speed: float) -> None:
    started = time.monotonic()
    for one in said:
        time.sleep(max(0.0, one.end_ms / 1000 / speed - (time.monotonic() - started)))
        piece = {"speaker": one.speaker, "text": one.text, "start_ms": one.start_ms, "end_ms": one.end_ms}
        server.call("POST", f"/v1/assist/calls/{call_id}/segments", json=piece)


def _tell(server: "RunningServer", call_id: str, kind: str, **attributes: str) -> None:
    at = datetime.now(UTC).isoformat()
    event = {"event_id": f"{call_id}-{kind}", "call_id": call_id, "type": kind, "at": at, "attributes": attributes}
    server.call("POST", "/v1/pbx/events", json={"events": [event]})


def _said(source: str) -> "tuple[Said, ...]":
    """A sample by its name, else a file: lines of 「市：…」「席：…」, or JSON Lines with speaker and text."""
    from desk.assist.samples import load_sample_calls, timed
    from knowledge.errors import InvalidInput

    known = {one.call_id: one for one in load_sample_calls()}
    if source in known:
        return known[source].said
    try:
        text = read_file(Path(source)).decode("utf-8-sig")
        lines = [_line(line) for line in text.splitlines() if line.strip()]
        return timed(lines)
    except (ValueError, KeyError, TypeError) as exc:
        raise InvalidInput("文字起こしを読み取れません。1行に「市：…」か「席：…」と書いてください。") from exc


def _line(line: str) -> tuple[str, str, float]:
    if line.lstrip().startswith("{"):
        given: dict[str, Any] = json.loads(line)
        return _SPEAKERS[given["speaker"]], str(given["text"]), 0.0
    speaker, _, text = line.replace(":", "：", 1).partition("：")
    return _SPEAKERS[speaker.strip()], text.strip(), 0.0
