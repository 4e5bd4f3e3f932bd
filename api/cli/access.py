"""`apikey create`, `user add` and `user reset-second-factor`."""

from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

import typer

from api.cli import screen
from api.cli.options import AsJson, DataDir, settings_of

if TYPE_CHECKING:
    from api.security.permissions import Role

apikey = typer.Typer(no_args_is_help=True, help="API キー")
user = typer.Typer(no_args_is_help=True, help="利用者")

_ROLES = "viewer、operator、supervisor、editor、approver、city、auditor、admin"
RoleName = Annotated[str, typer.Option("--role", help=f"役割（{_ROLES}）")]
KeyRoleName = Annotated[str, typer.Option("--role", help=f"役割（{_ROLES}、device）")]
Label = Annotated[str, typer.Option("--label", help="用途の名前")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="利用者名")]
DisplayName = Annotated[str, typer.Option("--display-name", help="画面に表示する名前")]


@apikey.callback()
def _group() -> None:
    """Keeps the sub-command a word of its own, although there is only one."""


@apikey.command("create")
def create_key(
    role: KeyRoleName, data_dir: DataDir = None, label: Label = "コマンドで発行", as_json: AsJson = False
) -> None:
    """API キーを発行する。キーはこのとき一度だけ表示される。"""
    from api.cli.remote import running_server
    from api.security.accounts import open_accounts
    from knowledge.bootstrap import opened_store

    chosen, settings = _role(role), settings_of(data_dir)
    with running_server(settings.data_dir) as server:
        if server is not None:
            body = {"label": label, "role": chosen.value}
            made = server.call("POST", "/v1/apikeys", json=body).json()
        else:
            with opened_store(settings) as store:
                key, info = open_accounts(store).keys.create("cli", label, chosen)
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
    from api.security.accounts import open_accounts
    from knowledge.bootstrap import opened_store

    chosen, settings = _role(role), settings_of(data_dir)
    with running_server(settings.data_dir) as server:
        if server is not None:
            body = {"name": name, "role": chosen.value, "display_name": display_name}
            made = server.call("POST", "/v1/users", json=body).json()
        else:
            with opened_store(settings) as store:
                accounts = open_accounts(store)
                added = accounts.users.create("cli", name, chosen, display_name)
                made = {"name": added.name, "setup_token": accounts.setup.for_user("cli", added.name)}
    if as_json:
        screen.say_json(made)
    else:
        screen.say(f"利用者 {made['name']} を登録しました。本人に次のリンクを渡してください（24時間有効、一度だけ）：")
        screen.say(f"  /setup/{made['setup_token']}")


@user.command("reset-second-factor")
def reset_second_factor(name: Name, data_dir: DataDir = None) -> None:
    """認証アプリの登録を解除する（端末をなくした、鍵ファイルなしで控えから戻した）。次のログインで登録し直す。"""
    from api.cli.remote import running_server
    from api.security.accounts import open_accounts
    from knowledge.bootstrap import opened_store

    settings = settings_of(data_dir)
    with running_server(settings.data_dir) as server:
        if server is not None:
            server.call("POST", f"/v1/users/{quote(name, safe='')}/reset-second-factor")
        else:
            with opened_store(settings) as store:
                open_accounts(store).users.reset_second_factor("cli", name)
    screen.say(f"利用者 {name} の認証アプリの登録を解除しました。次のログインのときに登録し直します。")


def _role(name: str) -> "Role":
    from api.security.permissions import Role
    from knowledge.errors import InvalidInput

    try:
        return Role(name)
    except ValueError as exc:
        raise InvalidInput(f"役割は {'、'.join(Role)} のどれかにしてください。") from exc
