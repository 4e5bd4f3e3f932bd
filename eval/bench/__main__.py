"""`python -m eval.bench`: all benches, one table, one file."""

from collections.abc import Callable
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
    parts: dict[Part, Callable[[], None]] = {
        Part.RETRIEVAL: lambda: bench.retrieval(sizes),
        Part.PRODUCT: lambda: bench.product(requests=400 if quick else 4_000, rounds=1 if quick else 3),
        Part.RECORDS: lambda: bench.records(2_000 if quick else RECORDS),
        Part.VOICE: lambda: bench.lines.extend(voice.run(2 if quick else 8, 8, bench.say)),
        Part.IMPORT: lambda: bench.importing(1_000 if quick else 10_000),
    }
    for name, measure in parts.items():
        if part in (Part.ALL, name):
            measure()
            if not quick:  # after every part: half an hour of measuring is not lost with its last minute
                console.log(f"記録：{write(bench.lines, SystemClock().now())}")
    console.print(table(bench.lines))


if __name__ == "__main__":
    typer.run(main)
