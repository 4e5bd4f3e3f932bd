"""The table of commands. Modules behind it import nothing heavy until a command runs."""

import typer

from api.cli import (
    access,
    ask,
    assist,
    audit,
    backup,
    data,
    delegated,
    doctor,
    files,
    ingest,
    models,
    pbx,
    report,
    serve,
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="マイナンバーカードの問い合わせに、承認された回答だけで答える窓口",
)

app.command()(serve.demo)
app.command()(serve.serve)
app.command()(ask.ask)
app.command()(ingest.ingest)
app.add_typer(files.faq, name="faq")
app.add_typer(files.synonyms, name="synonyms")
app.add_typer(access.apikey, name="apikey")
app.add_typer(access.user, name="user")
app.command("eval", context_settings=delegated.PASS_ON, add_help_option=False)(delegated.evaluate)
app.command("voice", context_settings=delegated.PASS_ON, add_help_option=False)(delegated.voice)
app.command("adapt", context_settings=delegated.PASS_ON, add_help_option=False)(delegated.adapt)
app.add_typer(assist.app, name="assist")
app.add_typer(pbx.app, name="pbx")
app.command()(report.report)
app.add_typer(models.app, name="models")
app.command()(backup.backup)
app.command()(backup.restore)
app.add_typer(data.app, name="data")
app.command()(doctor.doctor)
app.add_typer(audit.app, name="audit")
