"""Optional models in the data folder: which are known, which are there, bringing one in. Only `pull` uses a network."""

import shutil
import tempfile
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.data_folder import DataFolder
from knowledge.errors import Conflict, InvalidInput, NotFound, NotReadable, Unavailable

_CATALOGUE = Path(__file__).with_name("models.toml")


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model that the product can use; `setting` names where its folder is entered."""

    name: str
    purpose: str
    repository: str
    licence: str
    size_mb: int
    setting: str
    must_have: tuple[str, ...]


@cache
def catalogue() -> tuple[KnownModel, ...]:
    raw = tomllib.loads(_CATALOGUE.read_text(encoding="utf-8"))
    return tuple(KnownModel(**{**one, "must_have": tuple(one["must_have"])}) for one in raw["model"])


def known(name: str) -> KnownModel:
    """Raises NotFound."""
    for model in catalogue():
        if model.name == name:
            return model
    raise NotFound(f"「{name}」というモデルはありません。madoguchi models list で名前を確認してください。")


def place_of(folder: DataFolder, model: KnownModel) -> Path:
    return folder.models / model.name


def is_there(folder: DataFolder, model: KnownModel) -> bool:
    return all((place_of(folder, model) / name).is_file() for name in model.must_have)


def bring_in(folder: DataFolder, model: KnownModel, source: Path) -> Path:
    """Copy a model folder (from a USB disk, say). Raises NotReadable for another model's files, Conflict."""
    missing = [name for name in model.must_have if not (source / name).is_file()]
    if missing:
        raise NotReadable(f"{source} は {model.name} のフォルダーではありません（{'、'.join(missing)} がありません）。")
    return _put(folder, model, source)


def pull(folder: DataFolder, model: KnownModel) -> Path:
    """Download from the internet because somebody asked for exactly this. Raises Unavailable without a network."""
    from huggingface_hub import snapshot_download

    with tempfile.TemporaryDirectory(prefix="madoguchi-model-") as made:
        try:
            snapshot_download(model.repository, local_dir=made)
        except Exception as exc:  # the library raises many unrelated types for "no network"
            raise Unavailable(
                f"{model.repository} を取得できません。ネットワークのある計算機で取得し、"
                "madoguchi models import で取り込んでください。"
            ) from exc
        return bring_in(folder, model, Path(made))


def _put(folder: DataFolder, model: KnownModel, source: Path) -> Path:
    target = place_of(folder, model)
    if target.exists():
        raise Conflict(
            f"{model.name} はすでに {target} にあります。入れ替えるには、先にそのフォルダーを消してください。"
        )
    partial = target.with_name(f"{target.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, partial, ignore=shutil.ignore_patterns(".cache", ".git*"))
        partial.rename(target)
    except OSError as exc:
        shutil.rmtree(partial, ignore_errors=True)
        raise InvalidInput(f"{target} に書き込めません。空き容量と権限を確認してください。") from exc
    return target
