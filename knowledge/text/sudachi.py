"""One Sudachi dictionary for the process, one tokenizer for each thread: shared by threads it raises "Already borrowed"."""

import threading
from functools import cache

from sudachipy import Dictionary, MorphemeList, SplitMode
from sudachipy import Tokenizer as SudachiTokenizer

_local = threading.local()


def analyse(text: str) -> MorphemeList:
    """Its C units. A question is read by the redactor and then by search, so a thread's last text is kept; the redactor's
    last one is always the one in which nothing personal was left."""
    last: tuple[str, MorphemeList] | None = getattr(_local, "last", None)
    if last is not None and last[0] == text:
        return last[1]
    tokenizer: SudachiTokenizer | None = getattr(_local, "tokenizer", None)
    if tokenizer is None:
        tokenizer = _local.tokenizer = _dictionary().create(mode=SplitMode.C)
    found = tokenizer.tokenize(text)
    _local.last = (text, found)
    return found


@cache
def _dictionary() -> Dictionary:
    return Dictionary(dict="core")
