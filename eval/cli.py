"""`madoguchi eval …` and `madoguchi adapt`. Mounted by the main command line; what a command needs is imported when it
runs."""

import typer

from eval.commands.datasets import calibrate, cases
from eval.commands.judging import ragas
from eval.commands.learning import adapt, paraphrases, wordings
from eval.commands.measures import alerts, asr, follow_ups, manuals, pii, public, summaries, tags
from eval.commands.runs import compare_llm, gate, report, run

app = typer.Typer(no_args_is_help=True, help="回答の質を測る", add_completion=False)
for command in (
    run,
    report,
    gate,
    cases,
    calibrate,
    ragas,
    asr,
    public,
    wordings,
    paraphrases,
    pii,
    tags,
    alerts,
    summaries,
    manuals,
    adapt,
):
    app.command()(command)
app.command("follow-ups")(follow_ups)
app.command("compare-llm")(compare_llm)
