"""`python -m eval.bench`: all benches, one table, one file."""

from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from eval.bench import voice
from eval.bench.report import table, write
from eval.bench.suite import LARGE, RECORDS, SIZES, Bench
from knowledge.clock import SystemClock

WIDTH = 160


class Part(StrEnum):
    ALL = "all"
    RETRIEVAL = "retrieval"
    IMPORT = "import"
    RECORDS = "records"
    PRODUCT = "product"
    VOICE = "voice"


def main(
    part: Annotated[Part, typer.Option(help="測るもの")] = Part.ALL,
    large: Annotated[bool, typer.Option("--large", help="10万件の検索も測る")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="1,000件だけで短く測る")] = False,
) -> None:
    """性能を測り、約束した値と並べて表示します。"""
    console = Console()
    console.width = max(console.width, WIDTH)
    bench = Bench(lambda text: console.log(text))
    sizes = SIZES[:1] if quick else (*SIZES, LARGE) if large else SIZES
    if part in (Part.ALL, Part.RETRIEVAL):
        bench.retrieval(sizes)
    if part in (Part.ALL, Part.IMPORT):
        bench.importing(1_000 if quick else 10_000)
    if part in (Part.ALL, Part.RECORDS):
        bench.records(2_000 if quick else RECORDS)
    if part in (Part.ALL, Part.PRODUCT):
        bench.product(requests=400 if quick else 4_000, rounds=1 if quick else 3)
    if part in (Part.ALL, Part.VOICE):
        bench.lines += voice.run(2 if quick else 8, 8, bench.say)
    console.print(table(bench.lines))
    if not quick:
        console.print(f"記録：{write(bench.lines, SystemClock().now())}")


if __name__ == "__main__":
    typer.run(main)
