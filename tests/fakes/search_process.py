"""A process that keeps changing and learning in a search folder until it is killed.

Arguments: folder, what ("refresh", "train" or "open"). Prints a line before every round.
"""

import sys
from dataclasses import replace
from pathlib import Path

from eval.lab import FixedFaqs
from tests.fakes.search import japanese, opened


def main(folder: Path, what: str) -> None:
    source = FixedFaqs(japanese())
    number = 0
    retriever = opened(folder, source)
    while True:
        number += 1
        print(number, flush=True)
        if what == "open":
            retriever.close()
            source.entries = [replace(e, answer=f"{e.answer}第{number}版です。") for e in japanese()]
            retriever = opened(folder, source)
        elif what == "train":
            retriever.train()
        else:
            source.entries = [replace(e, answer=f"{e.answer}第{number}版です。") for e in japanese()[number % 3 :]]
            retriever.refresh()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
