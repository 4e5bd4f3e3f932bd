"""TextEncoder on a sentence-transformers model in a local folder (extra [models]); nothing is ever downloaded."""

from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from knowledge.errors import ConfigurationError
from knowledge.search.encoder import unit
from knowledge.search.encoder_input import EncoderInput, Role
from knowledge.search.prototypes import Prototypes
from knowledge.search.word_model import WordModel
from knowledge.search.word_vectors import Matrix

BATCH = 32
_PROMPT_NAMES: dict[Role, tuple[str, ...]] = {"query": ("query",), "passage": ("passage", "document")}
"""Under which names a model's configuration gives the words to put before a text."""


class SentenceTransformerEncoder:
    """Raises ConfigurationError when the extra or the model is missing or the folder is no such model."""

    prototypes: Prototypes | None = None
    word_model: WordModel | None = None

    def __init__(self, folder: Path) -> None:
        library = models_library()
        self._model = loaded(library.SentenceTransformer, folder)
        self._prompts = {role: _prompt(self._model.prompts, names) for role, names in _PROMPT_NAMES.items()}
        self._lock = Lock()  # a fast tokenizer shared by threads raises "Already borrowed"
        self.dim = int(self.encode([EncoderInput("次元", [])]).shape[1])
        self.identity = f"sentence-transformers {folder.name} {folder_digest(folder)}"

    def widen(self) -> None:
        """There is no choice."""

    def encode(self, texts: Sequence[EncoderInput], role: Role = "passage") -> Matrix:
        if not texts:
            return np.zeros((0, self.dim), np.float32)
        with self._lock:
            vectors = self._model.encode(
                [text.text for text in texts],
                prompt=self._prompts[role],
                batch_size=BATCH,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
        return unit(np.asarray(vectors, np.float32))


def models_library() -> Any:
    """The sentence_transformers package. Raises ConfigurationError naming the extra where it is not installed."""
    try:
        import sentence_transformers
    except ImportError as exc:
        raise ConfigurationError(
            "この設定には追加の部品が必要です。pip install 'madoguchi[models]' を実行してください。"
        ) from exc
    return sentence_transformers


def loaded(kind: Any, folder: Path) -> Any:
    """A model of this class from a local folder."""
    if not (folder / "config.json").is_file() and not (folder / "modules.json").is_file():
        raise ConfigurationError(f"モデルのフォルダーが見つからないか、モデルではありません：{folder}")
    try:
        return kind(str(folder), device="cpu", local_files_only=True)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as exc:
        raise ConfigurationError(f"モデルを読み込めません。フォルダーの内容を確認してください：{folder}") from exc


def folder_digest(folder: Path) -> str:
    """Hash of every file of a model, so that vectors of another model are never taken for this one's."""
    digest = blake2b(digest_size=12)
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode())
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def _prompt(prompts: dict[str, str] | None, names: Sequence[str]) -> str:
    return next((prompts[name] for name in names if prompts and prompts.get(name)), "")
