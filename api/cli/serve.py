"""`serve` and `demo`."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli import screen
from api.cli.options import DataDir, Host, Port, server_options, settings_of
from api.cli.uncollected import uncollected

if TYPE_CHECKING:
    from api.demo import DemoLogins
    from api.doors import Doors
    from knowledge.settings import Settings


def serve(data_dir: DataDir = None, host: Host = None, port: Port = None) -> None:
    """窓口を起動する。"""
    _one_core_for_numbers()
    with uncollected():  # until the server is warm
        from api.server import serve as run_server

        run_server(settings_of(data_dir, server=server_options(host, port)), _started)


def demo(
    data_dir: DataDir = None,
    host: Host = None,
    port: Port = None,
    load_only: Annotated[bool, typer.Option("--load-only", help="見本を読み込むだけで、起動しない")] = False,
) -> None:
    """見本の市（みほん市）を読み込んで起動する。"""
    _one_core_for_numbers()
    from api.server import serve as run_server

    # Everybody can see the passwords on the screen: a second factor would only stand in the way.
    settings = settings_of(data_dir, server=server_options(host, port), security={"second_factor_roles": ()})
    logins = _load(settings)
    if load_only:
        _show_logins(logins)
        screen.say(f"見本を読み込みました。起動： madoguchi serve --data-dir {settings.data_dir}")
        return

    def ready(doors: "Doors", address: str) -> None:
        screen.say(f"公開ページ　　{address}/")
        screen.say(f"職員用画面　　{address}/login")
        screen.say(f"API の仕様　　{address}/openapi.json")
        _show_logins(logins)
        screen.say("終了するには Ctrl+C を押してください。")

    run_server(settings, ready)


def _one_core_for_numbers() -> None:
    """Before numpy is loaded: one question is too small to share out among cores. Learning has processes of its own."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def _load(settings: "Settings") -> "DemoLogins":
    """Everything is learnt as well, once: who tries the demonstration judges the answers, not the start."""
    from api.cli.learning import learn
    from api.demo import load_samples, make_logins
    from api.demo_calls import load_calls
    from api.security.accounts import open_accounts
    from api.voice.phone import desk_parts
    from desk.service import open_desk
    from knowledge.bootstrap import opened

    with screen.progress() as tell, opened(settings) as services:
        load_samples(services, tell)
        load_calls(services, open_desk(desk_parts(services)), tell)
        learn(services, tell)
        return make_logins(open_accounts(services))


def _show_logins(logins: "DemoLogins") -> None:
    from api.security.permissions import ROLE_LABELS

    screen.say(f"ログイン（どの役割もパスワードは {logins.password} ）")
    for role, name in logins.names.items():
        screen.say(f"  {name}　{ROLE_LABELS[role]}")
    screen.say(f"API キー　　　{logins.api_key}")


def _started(doors: "Doors", address: str) -> None:
    screen.say(f"窓口を起動しました： {address}/")
    token = doors.accounts.setup.for_first_start()
    if token is not None:
        screen.say("最初の管理者を登録してください（24時間有効、一度だけ使えます）：")
        screen.say(f"  {address}/setup/{token}")
