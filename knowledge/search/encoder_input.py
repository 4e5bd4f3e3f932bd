"""What a text encoder may read of one text."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["query", "passage"]
"""Some models want to be told whether a text asks or is asked about."""


@dataclass(frozen=True, slots=True)
class EncoderInput:
    """One text in matching form, and its features: a static encoder reads these, a neural one the text."""

    text: str
    features: list[str]
