"""Confirmed questions that the encoder has learnt on request (`madoguchi adapt`). They are kept beside it, so that it
learns them again whenever the FAQ change; the ones before stay for one step back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from knowledge.privacy.redacted import RedactedText
from knowledge.search.cache import read_json, write_json
from knowledge.search.training import TrainingTexts
from knowledge.text.features import encoder_features
from knowledge.text.tokens import Tokenizer

PAIRS = "learnt.json"
PREVIOUS_PAIRS = "learnt.previous.json"


@dataclass(frozen=True, slots=True)
class Pair:
    """A question somebody asked, and the FAQ that was confirmed to answer it."""

    text: RedactedText
    faq_id: str


class LearntPairs:
    """Those of one index folder; none while nobody has adapted the search."""

    def __init__(self, folder: Path) -> None:
        self._now, self._before = folder / PAIRS, folder / PREVIOUS_PAIRS
        self._pairs = _read(self._now)

    @property
    def pairs(self) -> Sequence[Pair]:
        return self._pairs

    def replace(self, pairs: Sequence[Pair]) -> None:
        write_json(self._before, _plain(self._pairs))
        self._keep(pairs)

    def back(self) -> None:
        self._keep(_read(self._before))
        self._before.unlink(missing_ok=True)

    def _keep(self, pairs: Sequence[Pair]) -> None:
        write_json(self._now, _plain(pairs))
        self._pairs = tuple(pairs)


def mark_of(pairs: Sequence[Pair]) -> str:
    """Ends the identity of an encoder that has learnt them; empty without any."""
    if not pairs:
        return ""
    return "+" + sha256("\x1f".join(f"{p.faq_id} {p.text}" for p in pairs).encode("utf-8", "replace")).hexdigest()[:12]


def with_pairs(texts: TrainingTexts, pairs: Sequence[Pair], tokenizer: Tokenizer) -> TrainingTexts:
    """The training texts with the pairs as further wordings of their FAQ; those of FAQ that are gone are left out."""
    if not pairs:
        return texts
    position = {key: n for n, key in enumerate(texts.keys)}
    more = [
        (position[p.faq_id], encoder_features(tokenizer.query_morphs(p.text))) for p in pairs if p.faq_id in position
    ]
    return replace(texts, alternatives=[*texts.alternatives, *more])


def _plain(pairs: Sequence[Pair]) -> dict[str, list[list[str]]]:
    return {"pairs": [[p.text, p.faq_id] for p in pairs]}


def _read(path: Path) -> tuple[Pair, ...]:
    """What was written here has passed the redactor; a missing or damaged file is none."""
    return tuple(Pair(RedactedText(text), faq_id) for text, faq_id in read_json(path).get("pairs", ()))
