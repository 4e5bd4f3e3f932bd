"""`madoguchi voice …`: try a call without a telephone, and see what works. Mounted by the main command line."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from knowledge.bootstrap import Services
    from voicebot.ports import CallDetail
    from voicebot.services import VoiceServices

app = typer.Typer(no_args_is_help=True, help="音声応答を試す", add_completion=False)

DataDir = Annotated[
    Path | None, typer.Option("--data-dir", envvar="MADOGUCHI_DATA_DIR", help="データフォルダー", show_default="data")
]
AsJson = Annotated[bool, typer.Option("--json", help="結果を JSON で出力する")]
WHO = {"caller": "あなた", "bot": "自動音声"}


@app.command()
def call(
    wav: Annotated[Path | None, typer.Option("--wav", help="話した声の WAV ファイル（16ビット PCM）")] = None,
    text: Annotated[
        list[str] | None, typer.Option("--text", help="声の代わりの文（複数可。「#1」のように書くと番号キー）")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="返事の声を書き出す WAV ファイル")] = None,
    lang: Annotated[str, typer.Option("--lang", help="文で試すときの言語")] = "ja",
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """自動音声と1回だけ通話する。記録には残らない。"""
    from knowledge.errors import InvalidInput

    if (wav is None) == (not text):
        raise InvalidInput("--wav か --text の、どちらか一方を指定してください。")
    if wav is not None and out is None:
        raise InvalidInput("--wav のときは、返事を書き出すファイルを --out で指定してください。")
    if wav is None and out is not None:
        raise InvalidInput("--out は、--wav と一緒に指定してください。")

    async def talk(voice: "VoiceServices") -> "CallDetail":
        if wav is None or out is None:
            return await voice.text_call(text or [], lang)
        await voice.start()
        return await voice.wav_call(wav, out)

    detail = _with_voice(data_dir, talk)
    if as_json:
        _say_json(detail)
        return
    for turn in detail.turns:
        shown = turn.text or (f"（キー {turn.key}）" if turn.key else "")
        if shown:
            typer.echo(f"{WHO[turn.who]}：{shown}" + (f"　〔{turn.faq_id}〕" if turn.faq_id else ""))
    if out is not None:
        typer.echo(f"返事の声：{out}")


@app.command()
def status(as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """音声応答に使える部品と、足りない部品を調べる。"""
    from dataclasses import asdict

    from knowledge.settings import load_settings
    from voicebot.configuration import phone_settings
    from voicebot.status import voice_status

    given: dict[str, Any] = {"data_dir": data_dir} if data_dir is not None else {}
    found = voice_status(phone_settings(load_settings(**given)))
    if as_json:
        _say_json({**asdict(found), "summary": found.summary})
        return
    typer.echo(found.summary)
    for problem in found.problems:
        typer.echo(f"－ {problem}")


def _with_voice(data_dir: Path | None, talk: Callable[["VoiceServices"], Any]) -> "CallDetail":
    """A voicebot without a database, for one call."""
    from knowledge.bootstrap import opened
    from knowledge.settings import load_settings

    given: dict[str, Any] = {"data_dir": data_dir} if data_dir is not None else {}
    with opened(load_settings(**given)) as services:
        return asyncio.run(_once(services, talk))


async def _once(services: "Services", talk: Callable[["VoiceServices"], Any]) -> "CallDetail":
    from voicebot.city import city_voice
    from voicebot.configuration import phone_settings
    from voicebot.parts import VoiceParts
    from voicebot.services import VoiceServices

    voice = VoiceServices(
        VoiceParts(
            services.answerer,
            services.redactor,
            services.clock,
            None,
            city_voice(services.profile),
            phone_settings(services.settings),
            services.folder.root,
        )
    )
    try:
        detail: CallDetail = await talk(voice)
        return detail
    finally:
        await voice.close()


def _say_json(content: object) -> None:
    import orjson

    typer.echo(orjson.dumps(content, option=orjson.OPT_INDENT_2).decode())
