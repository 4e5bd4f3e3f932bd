"""`ask`: one question on the command line, answered as every other door answers it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli import screen
from api.cli.options import AsJson, DataDir, settings_of
from api.cli.uncollected import uncollected

if TYPE_CHECKING:
    from knowledge.settings import Settings

Text = Annotated[str, typer.Argument(metavar="TEXT", help="質問（- は標準入力から読む）")]
ChannelOption = Annotated[str, typer.Option("--channel", help="operator・web・voice のどれか")]
LangOption = Annotated[str, typer.Option("--lang", help="言語（省くと質問から判断）")]


def ask(
    text: Text,
    data_dir: DataDir = None,
    as_json: AsJson = False,
    channel: ChannelOption = "operator",
    lang: LangOption = "",
) -> None:
    """質問に、承認された回答で答える。"""
    import sys

    from api.cli.remote import running_server

    show = screen.say_json if as_json else _show
    with uncollected():
        settings = settings_of(data_dir)
        question = {"query": sys.stdin.read() if text == "-" else text, "channel": channel, "lang": lang}
        with running_server(settings.data_dir) as server:
            if server is None:
                _answer_here(settings, question, show)
            else:
                show(server.call("POST", "/v1/answers", json=question).json())


def _answer_here(settings: "Settings", question: dict[str, str], show: Callable[[Any], None]) -> None:
    """Shown before everything is closed again: whoever asks need not wait for that."""
    import orjson
    from pydantic import ValidationError

    from api.json_body import invalid_fields
    from api.replies import answer_reply, encode
    from api.routes.answer_body import AnswerBody
    from knowledge.bootstrap import opened
    from knowledge.domain import Question
    from knowledge.text.language import detect_language
    from knowledge.text.normalise import clean

    try:
        body = AnswerBody.model_validate({**question, "query": clean(question["query"]).strip()})
    except ValidationError as exc:
        raise invalid_fields(exc.errors(include_url=False, include_input=False)) from exc
    with opened(settings) as services:
        redaction = services.redactor.redact(body.query)
        asked = Question(
            redaction.text,
            body.channel,
            body.lang or detect_language(redaction.text),
            had_personal_data=redaction.kinds,
        )
        show(orjson.loads(encode(answer_reply(services.answerer.answer(asked)))))


_TITLES = {"answer": "回答", "clarify": "確認", "handoff": "取次ぎ", "refuse": "回答できません"}


def _show(reply: dict[str, Any]) -> None:
    screen.say(f"【{_TITLES[reply['action']]}】確信度 {reply['confidence']:.2f}")
    if reply["answer"]:
        _show_answer(reply["answer"])
    if reply["clarify"]:
        screen.say(reply["clarify"]["prompt"])
        for option in reply["clarify"]["options"]:
            screen.say(f"  ・{option['label']}（{option['faq_id']}）")
    if reply["handoff"]:
        screen.say(reply["handoff"]["message"])
        screen.say(f"  {reply['handoff']['department']}　{reply['handoff']['phone']}")
    if reply["message"]:
        screen.say(reply["message"])


def _show_answer(answer: dict[str, Any]) -> None:
    screen.say(answer["question"])
    screen.say()
    screen.say(answer["text"])
    screen.say()
    for cited in answer["citations"]:
        places = "　".join(part for part in (cited["evidence"], cited["department"]) if part)
        screen.say(f"根拠：{cited['faq_id']} 第{cited['version']}版　{places}")
