"""`apikey create` and `user add`."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli import screen
from api.cli.options import AsJson, DataDir, settings_of

if TYPE_CHECKING:
    from api.security.permissions import Role

apikey = typer.Typer(no_args_is_help=True, help="API キー")
user = typer.Typer(no_args_is_help=True, help="利用者")

RoleName = Annotated[
    str, typer.Option("--role", help="役割（viewer、operator、supervisor、editor、approver、city、auditor、admin）")
]
Label = Annotated[str, typer.Option("--label", help="用途の名前")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="利用者名")]
DisplayName = Annotated[str, typer.Option("--display-name", help="画面に表示する名前")]


@apikey.callback()
@user.callback()
def _group() -> None:
    """Keeps the sub-command a word of its own, although there is only one."""


@apikey.command("create")
def create_key(
    role: RoleName, data_dir: DataDir = None, label: Label = "コマンドで発行", as_json: AsJson = False
) -> None:
    """API キーを発行する。キーはこのとき一度だけ表示される。"""
    from api.cli.remote import running_server
    from api.security.accounts import Accounts
    from knowledge.bootstrap import opened_store

    chosen, settings = _role(role), settings_of(data_dir)
    with running_server(settings.data_dir) as server:
        if server is not None:
            body = {"label": label, "role": chosen.value}
            made = server.call("POST", "/v1/apikeys", json=body).json()
        else:
            with opened_store(settings) as store:
                key, info = Accounts(store.db, store.clock, settings.security).keys.create("cli", label, chosen)
                made = {"key": key, "key_id": info.key_id}
    if as_json:
        screen.say_json(made)
    else:
        screen.say(made["key"])
        screen.note("このキーは二度と表示されません。安全な場所に保管してください。")


@user.command("add")
def add_user(
    name: Name, role: RoleName, data_dir: DataDir = None, display_name: DisplayName = "", as_json: AsJson = False
) -> None:
    """利用者を登録し、パスワードを決めるためのリンクを発行する。"""
    from api.cli.remote import running_server
    from api.security.accounts import Accounts
    from knowledge.bootstrap import opened_store

    chosen, settings = _role(role), settings_of(data_dir)
    with running_server(settings.data_dir) as server:
        if server is not None:
            body = {"name": name, "role": chosen.value, "display_name": display_name}
            made = server.call("POST", "/v1/users", json=body).json()
        else:
            with opened_store(settings) as store:
                accounts = Accounts(store.db, store.clock, settings.security)
                added = accounts.users.create("cli", name, chosen, display_name)
                made = {"name": added.name, "setup_token": accounts.setup.for_user("cli", added.name)}
    if as_json:
        screen.say_json(made)
    else:
        screen.say(f"利用者 {made['name']} を登録しました。本人に次のリンクを渡してください（24時間有効、一度だけ）：")
        screen.say(f"  /setup/{made['setup_token']}")


def _role(name: str) -> "Role":
    from api.security.permissions import Role
    from knowledge.errors import InvalidInput

    try:
        return Role(name)
    except ValueError as exc:
        raise InvalidInput(f"役割は {'、'.join(Role)} のどれかにしてください。") from exc
