"""What search keeps on disk beside the vector index. Everything here can be deleted: it is rebuilt from the database."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from knowledge.search.analysis import Alternative, EntryFeatures, FieldFeatures


class FeatureCache:
    """Analysed entries by fingerprint, valid for one dictionary version."""

    def __init__(self, path: Path, version: str) -> None:
        self._path = path
        self._version = version
        self._items: dict[str, EntryFeatures] = {}

    def load(self) -> None:
        """Read the file; one that is missing, damaged or of another dictionary counts as empty."""
        try:
            data = orjson.loads(self._path.read_bytes())
            if data["version"] == self._version:
                shared = _Shared()
                self._items = {k: _features(v, shared) for k, v in data["items"].items()}
        except (OSError, ValueError, KeyError, TypeError):
            self._items = {}

    def get(self, fingerprint: str) -> EntryFeatures | None:
        return self._items.get(fingerprint)

    def keep(self, items: Mapping[str, EntryFeatures]) -> None:
        """Replace the content and write it."""
        self._items = dict(items)
        write_json(self._path, {"version": self._version, "items": self._items})


def write_json(path: Path, data: Any) -> None:
    """Write so that a crash leaves the old file or the new one, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with temporary.open("wb") as out:
        out.write(orjson.dumps(data))
        out.flush()
        os.fsync(out.fileno())
    os.replace(temporary, path)


def read_json(path: Path) -> dict[str, Any]:
    """The file's object; empty when it is missing or damaged."""
    try:
        data = orjson.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


class _Shared(dict[str, str]):
    """One object per distinct string: a city's wordings repeat the same features millions of times."""

    def __missing__(self, text: str) -> str:
        self[text] = text
        return text

    def list(self, texts: Sequence[str]) -> list[str]:
        return [self[t] for t in texts]


def _features(data: dict[str, Any], shared: _Shared) -> EntryFeatures:
    return EntryFeatures(
        question=_field(data["question"]),
        answer=_field(data["answer"]),
        alternatives_field=_field(data["alternatives_field"]),
        question_encoder=shared.list(data["question_encoder"]),
        answer_encoder=shared.list(data["answer_encoder"]),
        sentences_encoder=[shared.list(s) for s in data["sentences_encoder"]],
        alternatives=[
            Alternative(shared.list(a["encoder"]), shared.list(a["sound_shape"]), shared.list(a["utterance"]))
            for a in data["alternatives"]
        ],
        question_utterance=shared.list(data["question_utterance"]),
        question_length=data["question_length"],
        readings=data["readings"],
    )


def _field(data: dict[str, Any]) -> FieldFeatures:
    return FieldFeatures(data["words"], data["characters"], data["synonyms"], data["sounds"])
