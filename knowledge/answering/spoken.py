"""The sentence a voice says: the approved spoken text, or a short form derived from the approved answer."""

import re

from knowledge.domain import FaqEntry

MAX_SPOKEN_CHARS = 120
_URL = re.compile(r"https?://\S+")
_BRACKETED = re.compile(r"[（(][^（）()]*[）)]")
_SYMBOLS = re.compile(r"[「」『』【】※・◆●■□▼①-⑳\-–—]+")


def spoken_text(entry: FaqEntry) -> str:
    """`answer_voice` when approved, else whole first sentences of the answer up to 120 characters."""
    if entry.answer_voice:
        return entry.answer_voice
    if entry.lang != "ja":
        return entry.answer
    plain = _SYMBOLS.sub("、", _BRACKETED.sub("", _URL.sub("", entry.answer.replace("\n", "。"))))
    plain = re.sub(r"[。、]*。[。、]*", "。", re.sub(r"、+", "、", plain)).strip("、。 ")
    out = ""
    for sentence in plain.split("。"):
        if out and len(out) + len(sentence) + 1 > MAX_SPOKEN_CHARS:
            break
        out += sentence.strip("、") + "。"
    return out
