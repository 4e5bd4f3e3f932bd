"""A Whisper of random weights in CTranslate2's own format, written with numpy: drives the real faster-whisper path.

What it "hears" is noise by construction: tests may assert types, timing, languages and gates, never wording.
"""

import json
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs import common_spec, whisper_spec
from faster_whisper.tokenizer import _LANGUAGE_CODES
from numpy.typing import NDArray
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

Floats = NDArray[np.float32]
WIDTH = 32
_SPECIAL = ("<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>")
_TIMES = tuple(f"<|{i * 0.02:.2f}|>" for i in range(1501))


def build(folder: Path, seed: int = 0) -> Path:
    """Write the model folder (about 1 MB) and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    size = tokenizer.get_vocab_size()
    spec = _spec(np.random.default_rng(seed), size)
    spec.register_vocabulary([tokenizer.id_to_token(i) for i in range(size)])
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [tokenizer.token_to_id("<|endoftext|>")]
    spec.config.lang_ids = [tokenizer.token_to_id(f"<|{lang}|>") for lang in _LANGUAGE_CODES]
    spec.config.alignment_heads = [(1, 0)]
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder))
    settings = {"feature_size": 80, "hop_length": 160, "n_fft": 400, "chunk_length": 30, "sampling_rate": 16000}
    (folder / "preprocessor_config.json").write_text(json.dumps(settings))
    return folder


def _tokenizer() -> Tokenizer:
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {letter: i for i, letter in enumerate(letters)}
    codes = _byte_letters()
    for pair in product("あいうえおかきくけこ", repeat=2):
        token = "".join(codes[byte] for byte in "".join(pair).encode())
        vocabulary.setdefault(token, len(vocabulary))
    # CTranslate2 takes a model for multilingual only when its vocabulary holds the empty token.
    vocabulary[""] = len(vocabulary)
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    names = ("<|endoftext|>", "<|startoftranscript|>", *(f"<|{lang}|>" for lang in _LANGUAGE_CODES), *_SPECIAL, *_TIMES)
    tokenizer.add_special_tokens([AddedToken(name, special=True, normalized=False) for name in names])
    return tokenizer


def _byte_letters() -> dict[int, str]:
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in plain]
    return {byte: chr(byte) for byte in plain} | {byte: chr(256 + i) for i, byte in enumerate(others)}


def _spec(rng: np.random.Generator, size: int) -> whisper_spec.WhisperSpec:
    spec = whisper_spec.WhisperSpec(2, 2, 2, 2)

    def some(*shape: int) -> Floats:
        return (rng.standard_normal(shape) * 0.08).astype(np.float32)

    encoder, decoder = spec.encoder, spec.decoder
    encoder.conv1.weight, encoder.conv1.bias = some(WIDTH, 80, 3), some(WIDTH)
    encoder.conv2.weight, encoder.conv2.bias = some(WIDTH, WIDTH, 3), some(WIDTH)
    encoder.position_encodings.encodings = some(1500, WIDTH)
    decoder.position_encodings.encodings = some(448, WIDTH)
    decoder.embeddings.weight = some(size, WIDTH) * 4
    decoder.projection.weight = decoder.embeddings.weight
    for part in (encoder, decoder):
        _norm(part.layer_norm)
        for layer in part.layer:
            _attention(layer.self_attention, some, own=True)
            if part is decoder:
                _attention(layer.attention, some, own=False)
            _norm(layer.ffn.layer_norm)
            _linear(layer.ffn.linear_0, some, 2 * WIDTH, WIDTH)
            _linear(layer.ffn.linear_1, some, WIDTH, 2 * WIDTH)
    return spec


def _norm(spec: common_spec.LayerNormSpec) -> None:
    spec.gamma, spec.beta = np.ones(WIDTH, np.float32), np.zeros(WIDTH, np.float32)


def _linear(spec: common_spec.LinearSpec, some: Callable[..., Floats], outputs: int, inputs: int) -> None:
    spec.weight, spec.bias = some(outputs, inputs), some(outputs)


def _attention(spec: Any, some: Callable[..., Floats], *, own: bool) -> None:
    _norm(spec.layer_norm)
    for linear, parts in zip(spec.linear, (3, 1) if own else (1, 2, 1), strict=True):
        _linear(linear, some, parts * WIDTH, WIDTH)
