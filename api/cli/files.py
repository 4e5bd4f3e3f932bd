"""`faq import|export` and `synonyms import|export`."""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli import screen
from api.cli.options import AsJson, DataDir, InFile, OutFile, read_file, settings_of, write_file
from api.cli.uncollected import uncollected

if TYPE_CHECKING:
    from api.cli.remote import RunningServer
    from knowledge.settings import Settings

Told = Callable[[dict[str, Any]], None]
WHO = "cli"
_ROWS_NAMED = 20
faq = typer.Typer(no_args_is_help=True, help="FAQ の取込みと書出し")
synonyms = typer.Typer(no_args_is_help=True, help="類義語の取込みと書出し")

Publish = Annotated[bool, typer.Option("--publish", help="取り込んだ FAQ をすぐに公開する")]
Preview = Annotated[bool, typer.Option("--preview", help="確認だけして、何も登録しない")]
NoTrain = Annotated[bool, typer.Option("--no-train", help="検索の学習をしない（起動中の窓口が後で行う）")]
HoldTerms = Annotated[
    bool | None,
    typer.Option(
        "--hold-terms/--publish-terms",
        help="公開できない言葉がある行を、下書きにとどめる／公開して一覧に出す（省くと設定 faq.terms_on_import に従う）",
    ),
]
InEncoding = Annotated[str, typer.Option("--encoding", help="文字コード（省くと自動で判断。例：cp932）")]
OutEncoding = Annotated[str, typer.Option("--encoding", help="utf-8-bom・utf-8・cp932・xlsx のどれか")]
Labels = Annotated[bool, typer.Option("--labels", help="見出しを日本語にする")]
ReplaceAll = Annotated[bool, typer.Option("--replace", help="ファイルにない組を削除する")]


@faq.command("import")
def import_faqs(
    file: InFile,
    data_dir: DataDir = None,
    publish: Publish = False,
    preview: Preview = False,
    no_train: NoTrain = False,
    encoding: InEncoding = "",
    hold_terms: HoldTerms = None,
    as_json: AsJson = False,
) -> None:
    """CSV または Excel（.xlsx）の FAQ を取り込む。一行でも誤りがあれば、何も登録しない。"""
    from api.cli.remote import running_server

    data = _as_utf8(read_file(file), encoding)
    settings = settings_of(data_dir)
    learns = publish and not preview and not no_train
    told = partial(_tell_import, preview=preview, as_json=as_json)
    with running_server(settings.data_dir) as server:
        if server is not None:
            _import_through(server, file.name, data, publish, preview, hold_terms, learns, told)
        else:
            _import_here(settings, data, publish, preview, hold_terms, not preview and not no_train, told)


def _import_through(
    server: "RunningServer",
    name: str,
    data: bytes,
    publish: bool,
    preview: bool,
    hold_terms: bool | None,
    learns: bool,
    told: Told,
) -> None:
    fields = {"publish": str(publish).lower(), "preview": str(preview).lower()}
    if hold_terms is not None:
        fields["hold_terms"] = str(hold_terms).lower()
    told(server.call("POST", "/v1/faqs/import", files={"file": (name, data)}, data=fields).json())
    if learns:
        with screen.progress() as tell:
            server.wait_until_learnt(tell)


def _import_here(
    settings: "Settings",
    data: bytes,
    publish: bool,
    preview: bool,
    hold_terms: bool | None,
    learns: bool,
    told: Told,
) -> None:
    """What was imported is told before anything is learnt: it is safe and can be asked for by then."""
    from api.cli.learning import learn
    from api.import_replies import preview_shape, report_shape
    from knowledge.bootstrap import opened

    with opened(settings) as services:
        with uncollected(), screen.progress() as tell:
            if preview:
                report = preview_shape(services.faqs.preview_import(data, publish, tell, hold_terms=hold_terms))
            else:
                report = report_shape(services.faqs.import_file(data, publish, WHO, tell, hold_terms=hold_terms))
        del data
        told(report)
        if learns and not all(task.current() for task in services.learnables):
            screen.note("続けて検索の学習をします。取込みは済んでいるので、途中でやめても構いません。")
            with screen.progress() as tell:
                learn(services, tell)


def _tell_import(report: dict[str, Any], preview: bool, as_json: bool) -> None:
    if as_json:
        screen.say_json(report)
    else:
        verb = "取り込むと" if preview else "取り込みました"
        screen.say(
            f"{verb}：全 {report['total']} 件（新規 {report['new']}、変更 {report['changed']}、"
            f"変わらない {report['unchanged']}）、公開 {report['published']} 件、文字コード {report['encoding']}"
        )
        if report["held"]:
            screen.say(f"公開できない言葉があるため、{report['held']} 件は下書きのままです。")
        elif report["wording_rows"]:
            rows = "、".join(map(str, report["wording_rows"][:_ROWS_NAMED]))
            more = " ほか" if len(report["wording_rows"]) > _ROWS_NAMED else ""
            screen.say(
                f"直す言葉がある行：{len(report['wording_rows'])} 行（{rows}{more}）。"
                "職員用画面の「用語」に、直すまで一覧で出ます。"
            )
        _list(report["warnings"], report["warning_count"], "注意")
    if preview and report["problem_count"]:
        _list(report["problems"], report["problem_count"], "誤り")
        raise typer.Exit(2)


def _list(found: list[dict[str, Any]], count: int, title: str) -> None:
    from knowledge.errors import Problem

    if count:
        screen.note(f"{title} {count} 件：")
        screen.list_problems(tuple(Problem(**one) for one in found))


@faq.command("export")
def export_faqs(
    file: OutFile, data_dir: DataDir = None, encoding: OutEncoding = "utf-8-bom", labels: Labels = False
) -> None:
    """FAQ を CSV または Excel に書き出す。そのまま取り込み直せる。"""
    from typing import get_args

    from api.cli.remote import running_server
    from knowledge.errors import InvalidInput
    from knowledge.faq.csv_export import ExportEncoding

    if encoding not in get_args(ExportEncoding):
        raise InvalidInput("--encoding は utf-8-bom、utf-8、cp932、xlsx のどれかにしてください。")
    settings, header = settings_of(data_dir), "label" if labels else "id"
    with running_server(settings.data_dir) as server:
        if server is not None:
            params = {"encoding": encoding, "header": header}
            reply = server.call("GET", "/v1/faqs/export", params=params)
            data, lost = reply.content, int(reply.headers["x-replaced-characters"])
        else:
            data, lost = _export_here(settings, encoding, header)
    write_file(file, data)
    if lost:
        screen.note(f"CP932 で書けない文字 {lost} か所を〓に置き換えました。")


def _export_here(settings: "Settings", encoding: Any, header: Any) -> tuple[bytes, int]:
    from knowledge.bootstrap import opened_store

    with opened_store(settings) as store:
        made = store.faqs.export(WHO, encoding, header)
        screen.list_problems(made.problems)
        return made.data, len(made.problems)


@synonyms.command("import")
def import_synonyms(
    file: InFile, data_dir: DataDir = None, encoding: InEncoding = "", replace: ReplaceAll = False
) -> None:
    """類義語の CSV を取り込む。"""
    from api.cli.remote import running_server
    from knowledge.bootstrap import opened

    data, settings = _as_utf8(read_file(file), encoding), settings_of(data_dir)
    with running_server(settings.data_dir) as server:
        if server is not None:
            fields = {"replace_all": str(replace).lower()}
            report = server.call("POST", "/v1/synonyms/import", files={"file": (file.name, data)}, data=fields).json()
        else:
            with opened(settings) as services:
                report = asdict(services.synonyms.import_csv(data, WHO, replace))
    screen.say(
        f"類義語を取り込みました：新規 {report['added']} 組、変更 {report['changed']} 組、"
        f"変わらない {report['unchanged']} 組、削除 {report['removed']} 組"
    )


@synonyms.command("export")
def export_synonyms(file: OutFile, data_dir: DataDir = None, labels: Labels = False) -> None:
    """類義語を CSV に書き出す。"""
    from api.cli.remote import running_server
    from knowledge.bootstrap import opened_store

    settings, header = settings_of(data_dir), "label" if labels else "id"
    with running_server(settings.data_dir) as server:
        if server is not None:
            data = server.call("GET", "/v1/synonyms/export", params={"header": header}).content
        else:
            with opened_store(settings) as store:
                data = store.synonyms.export_csv(WHO, header)
    write_file(file, data)


def _as_utf8(data: bytes, encoding: str) -> bytes:
    """The file in UTF-8 when its encoding was named; otherwise as it is, to be recognised."""
    from knowledge.errors import NotReadable

    if not encoding:
        return data
    try:
        return data.decode(encoding).encode()
    except LookupError as exc:
        raise NotReadable(f"文字コード {encoding} は使えません。utf-8 か cp932 を指定してください。") from exc
    except UnicodeError as exc:
        raise NotReadable(f"{encoding} として読めない文字があります。文字コードを確認してください。") from exc
