"""`pbx simulate`: a month of made-up calls with a city's own volumes, for trying the feed of a telephone exchange."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli import screen
from api.cli.options import DataDir, settings_of

if TYPE_CHECKING:
    from knowledge.settings import Settings

app = typer.Typer(no_args_is_help=True, help="電話交換機のイベント")
_SOURCE = "simulator"


@app.callback()
def _group() -> None:
    """Keeps the sub-command a word of its own, although there is only one."""


@app.command("simulate")
def simulate(
    month: Annotated[str, typer.Option("--month", help="年月（例：2025-11）")],
    city: Annotated[
        str, typer.Option("--city", help="市の名前（kurume、matsusaka など）", show_default="この窓口の市")
    ] = "",
    seed: Annotated[int, typer.Option("--seed", min=0, help="変えると、件数は同じで中身の違う月になる")] = 1,
    output: Annotated[Path | None, typer.Option("--output", help="窓口に入れずに、ファイルに書き出す")] = None,
    data_dir: DataDir = None,
) -> None:
    """市の仕様書にある件数どおりに、1か月分の通話のイベントを作る。"""
    import orjson

    from desk.simulator.sample_month import marked
    from desk.simulator.scenario import simulated_month
    from knowledge.profile import load_profile

    settings, first = settings_of(data_dir), _first_day(month)
    profile = load_profile(city or settings.city)
    messages = marked(simulated_month(profile, first.year, first.month, seed))
    calls = sum(1 for one in messages if one["type"] == "call_offered")
    made = f"{profile.city}の{first.year}年{first.month}月：通話 {calls:,} 件、イベント {len(messages):,} 件"
    if output is not None:
        output.write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in messages))
        screen.say(f"{made}を {output} に書き出しました。")
        return
    accepted = _put(settings, messages)
    screen.say(f"{made}。新しく受け取ったイベント {accepted:,} 件")


def _put(settings: "Settings", messages: Sequence[dict[str, Any]]) -> int:
    """How many were new: through the running service, else straight into the data folder."""
    from api.cli.remote import running_server
    from api.voice.phone import desk_parts
    from desk.service import open_desk
    from desk.simulator.scenario import batches
    from knowledge.bootstrap import opened

    with running_server(settings.data_dir) as server:
        if server is not None:
            path = f"/v1/pbx/events?source={_SOURCE}"
            sent = [server.call("POST", path, json={"events": list(batch)}).json() for batch in batches(messages)]
            return sum(int(one["accepted"]) for one in sent)
    with opened(settings) as services:
        desk = open_desk(desk_parts(services))
        return sum(desk.log.append(batch, _SOURCE).accepted for batch in batches(messages))


def _first_day(month: str) -> date:
    from knowledge.errors import InvalidInput

    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        raise InvalidInput("--month は 2025-11 のように、年と月で指定してください。") from None
