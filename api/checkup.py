"""The state of an installation as a list that a person can read: what is fine, what is missing, what is broken."""

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec
from typing import Literal

from api.copies import newest_copy
from api.models import catalogue, is_there
from knowledge.clock import JST, SystemClock
from knowledge.data_folder import DataFolder, owning, prepare
from knowledge.errors import DataFolderInUse, MadoguchiError
from knowledge.settings import Settings

State = Literal["ok", "note", "broken"]
_LISTED = 5
_OPTIONAL = (
    ("voice", "pipecat", "音声応答"),
    ("models", "sentence_transformers", "外部の文ベクトルモデル"),
    ("llm", "litellm", "LLM による下書き"),
    ("eval", "ragas", "RAGAS による評価"),
    ("server", "psycopg", "PostgreSQL"),
    ("piper", "piper", "Piper の音声"),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """`note`: something optional that is not there. `broken`: something the service needs."""

    state: State
    name: str
    message: str


def check_up(settings: Settings) -> list[Finding]:
    """Everything, whether the server runs or not. Never raises."""
    folder = DataFolder(settings.data_dir)
    found = [_python()]
    if not folder.root.is_dir():  # looking must not make it
        where = f"{folder.root.resolve()} はまだありません。madoguchi demo か madoguchi serve を始めると作られます。"
        return [*found, Finding("broken", "データフォルダー", where), *_extras()]
    for name, check in (
        ("データフォルダー", _folder),
        ("サーバー", _server),
        ("設定（市の情報）", _profile),
        ("単語ベクトル", _words),
        ("データベース", _database),
        ("持ち物・台本・タグ", _guides),
        ("公開設定", _network),
        ("自動の控え", _copies),
        ("音声応答", _voice),
        ("言語モデル", _language),
    ):
        found.append(_guarded(name, check, settings))
    return [*found, *_extras(), *_models(folder)]


def _guarded(name: str, check: Callable[[Settings], tuple[State, str]], settings: Settings) -> Finding:
    try:
        state, message = check(settings)
    except MadoguchiError as error:
        state, message = "broken", error.message
    except Exception as error:
        state, message = "broken", f"確認できませんでした（{type(error).__name__}）。"
    return Finding(state, name, message)


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("ok" if sys.version_info >= (3, 11) else "broken", "Python", f"{version}（3.11 以上が必要）")


def _folder(settings: Settings) -> tuple[State, str]:
    folder = prepare(settings.data_dir)
    free_gb = shutil.disk_usage(folder.root).free / 1024**3
    text = f"{folder.root.resolve()}（空き {free_gb:.1f} GB）"
    if free_gb < settings.store.least_free_gb:
        return "broken", f"{text}。{settings.store.least_free_gb:g} GB 以上になるように空けてください。"
    return "ok", text


def _server(settings: Settings) -> tuple[State, str]:
    folder = prepare(settings.data_dir)
    try:
        with owning(folder):
            return "note", "起動していません。"
    except DataFolderInUse:
        return "ok", "起動中です。"


def _profile(settings: Settings) -> tuple[State, str]:
    from knowledge.profile import expired_entries, load_profile

    profile = load_profile(settings.city)
    expired = expired_entries(profile, SystemClock().today())
    if expired:
        return "note", f"{profile.city}。期限の過ぎた案内先は出しません（valid_to）：{'、'.join(expired)}"
    if profile.notes:
        return "note", f"{profile.city}。市に確認が必要な点が {len(profile.notes)} 件あります。"
    return "ok", profile.city


def _words(settings: Settings) -> tuple[State, str]:
    from knowledge.search.word_vectors import ensure_exported

    return "ok", ensure_exported(DataFolder(settings.data_dir).assets).name


def _database(settings: Settings) -> tuple[State, str]:
    from sqlalchemy import func, select

    from knowledge.store.audit import verify
    from knowledge.store.database import open_database
    from knowledge.store.faq_tables import faq

    db = open_database(settings.data_dir, settings.store)
    try:
        with db.read() as conn:
            live = conn.execute(select(func.count()).where(faq.c.live_last > 0)).scalar_one()
            broken = verify(conn)
    finally:
        db.close()
    if broken is not None:
        return "broken", f"監査ログの {broken} 行目が書かれたときと違います。"
    if not live:
        return "note", "公開中の FAQ がありません。madoguchi faq import FILE --publish で取り込んでください。"
    return "ok", f"公開中の FAQ {live} 件、監査ログに異常なし"


def _guides(settings: Settings) -> tuple[State, str]:
    from api.guides_check import check_guides

    guides, missing = check_guides(settings)
    own = f"市のファイル：{'、'.join(guides.own)}。" if guides.own else "製品に付属のもの。"
    total = len(guides.checklists) + len(guides.scripts)
    if not missing:
        return "ok", f"{own}持ち物の一覧と台本 {total} 件は、すべて公開中の FAQ に基づいています。"
    named = "、".join(f"{one.name}（{'、'.join(one.lacks)}）" for one in missing[:_LISTED])
    more = f" ほか {len(missing) - _LISTED} 件。" if len(missing) > _LISTED else ""
    return "note", f"{own}{total} 件のうち {len(missing)} 件は、もとの FAQ が公開中でないため出しません：{named}{more}"


def _network(settings: Settings) -> tuple[State, str]:
    server = settings.server
    local = server.host in ("127.0.0.1", "::1", "localhost")
    if not local and server.tls_cert is None and not server.trusted_proxies:
        return "note", f"{server.host} で暗号化なしに公開しています。server.tls_cert を設定してください。"
    return "ok", f"{server.host}:{server.port}"


def _copies(settings: Settings) -> tuple[State, str]:
    wanted = settings.backup
    if wanted.dir is None:
        return "note", "使わない設定です（backup.dir）。madoguchi backup を定期に実行してください。"
    if settings.store.url:
        return "broken", "PostgreSQL では自動の控えを取れません。pg_dump を使い、backup.dir を外してください。"
    now = SystemClock().now()
    newest = newest_copy(wanted.dir, now)
    if newest is None:
        return "note", f"{wanted.dir} に控えがまだありません。"
    late = now - newest > 2 * timedelta(minutes=wanted.every_minutes)
    text = f"最新は {newest.astimezone(JST):%Y-%m-%d %H:%M}（{wanted.dir}）"
    return ("note" if late else "ok"), f"{text}。{'起動していないか、取れていません。' if late else ''}"


def _voice(settings: Settings) -> tuple[State, str]:
    from voicebot.configuration import phone_settings
    from voicebot.status import voice_status

    chosen = phone_settings(settings)
    if not chosen.enabled:
        return "note", "設定で止めてあります（voice.enabled）。"
    found = voice_status(chosen)
    return ("note" if found.problems else "ok"), "".join((found.summary, *found.problems))


def _language(settings: Settings) -> tuple[State, str]:
    chosen = settings.llm
    if not chosen.model:
        return "note", "設定されていません（なくても動きます）。"
    from knowledge.language.litellm_wire import endpoint_of

    endpoint = endpoint_of(chosen)
    return "ok", f"{chosen.model}（送信先 {endpoint.name}、{'TLS' if endpoint.scheme == 'https' else '暗号化なし'}）"


def _extras() -> list[Finding]:
    return [
        Finding(
            "ok" if find_spec(module) else "note",
            f"追加機能 [{extra}]",
            purpose if find_spec(module) else f"{purpose}は入っていません。",
        )
        for extra, module, purpose in _OPTIONAL
    ]


def _models(folder: DataFolder) -> list[Finding]:
    there = [model.name for model in catalogue() if is_there(folder, model)]
    return [
        Finding("ok" if there else "note", "任意のモデル", "、".join(there) or "入っていません（なくても動きます）。")
    ]
