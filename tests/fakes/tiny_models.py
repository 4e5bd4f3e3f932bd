"""Sentence-transformers models of a few kilobytes with random weights, saved to a folder as real ones are."""

import json
from pathlib import Path

CHARACTERS = sorted(
    set(
        "カードを無くしました暗証番号がわからない写真の大きさ更新再発行手数料受け取り代理人家族保険証病院住所引越申請窓口市民課。、？はでにと"
    )
)
_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def _bert(folder: Path, kind: str, seed: int, **config: int) -> None:
    import torch
    import transformers

    torch.manual_seed(seed)
    folder.mkdir(parents=True, exist_ok=True)
    letters = [*CHARACTERS, *(f"##{c}" for c in CHARACTERS)]
    vocabulary = {token: number for number, token in enumerate([*_SPECIAL, *letters])}
    tokenizer = transformers.BertTokenizerFast(vocab=vocabulary, strip_accents=False, model_max_length=64)
    small = transformers.BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=80,
        **config,
    )
    getattr(transformers, kind)(small).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def encoder_folder(folder: Path, prompts: dict[str, str] | None = None, seed: int = 1) -> Path:
    """A 32-dimensional sentence encoder (mean pooling)."""
    import sentence_transformers
    from sentence_transformers import models

    _bert(folder / "bert", "BertModel", seed)
    transformer = models.Transformer(str(folder / "bert"), max_seq_length=64)
    pooling = models.Pooling(transformer.get_word_embedding_dimension(), "mean")
    model = sentence_transformers.SentenceTransformer(modules=[transformer, pooling], device="cpu", prompts=prompts)
    model.save(str(folder / "model"))
    return folder / "model"


def cross_encoder_folder(folder: Path, labels: int = 1) -> Path:
    _bert(folder, "BertForSequenceClassification", 2, num_labels=labels)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    assert config["hidden_size"] == 32
    return folder
