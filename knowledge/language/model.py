"""What is asked of a language model and what comes back: frozen dataclasses, standard library only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from knowledge.privacy.redacted import RedactedText
from prompts import Prompt

Feature = Literal[
    "draft",  # grounded answer for an operator (or a citizen, where the city allows it)
    "polish",  # a reply made easier to read
    "summary",  # 用件・回答・対応・残件 of a call
    "faq_draft",  # FAQ from a cluster of unanswered questions
    "follow_up",  # a follow-up rewritten into a question of its own
    "paraphrase",  # other wordings of an FAQ
    "translation",
    "easy_japanese",
    "interpreting",
]
FEATURE_LABELS: Mapping[Feature, str] = {
    "draft": "回答の下書き",
    "polish": "返信文の整え",
    "summary": "通話の要約",
    "faq_draft": "FAQの下書き",
    "follow_up": "続きの質問の読み替え",
    "paraphrase": "言い換えの作成",
    "translation": "翻訳の下書き",
    "easy_japanese": "やさしい日本語",
    "interpreting": "通訳",
}
Shape = Literal["text", "json"]
Why = Literal["not_configured", "switched_off", "feature_off", "budget", "resting", "busy", "timeout", "failed"]


@dataclass(frozen=True, slots=True)
class Data:
    """One labelled piece of data. The label is a constant of ours; the text is never read as an instruction."""

    label: str
    text: RedactedText


@dataclass(frozen=True, slots=True)
class LanguageRequest:
    """Instructions (a shipped prompt) and, apart from them, the data they are about."""

    feature: Feature
    prompt: Prompt
    data: tuple[Data, ...]
    max_tokens: int = 800
    shape: Shape = "text"
    """"json": the model is asked for one JSON object; the caller still has to parse and check it."""
    timeout_secs: float | None = None
    """Shorter than the setting where somebody waits."""


@dataclass(frozen=True, slots=True)
class Completion:
    """What a model wrote: machine-made, unchecked, plain `str`. Redact it before storing it."""

    text: str
    prompt_name: str
    prompt_sha: str
    model: str
    input_tokens: int = 0
    output_tokens: int = 0
    took_ms: float = 0.0
    cached: bool = False

    @property
    def made_by(self) -> str:
        """Model and prompt, as it is written beside everything a machine made."""
        return f"{self.model} {self.prompt_name} {self.prompt_sha}"


@dataclass(frozen=True, slots=True)
class Usage:
    """One line of the meter: a Japanese day (ISO) and a feature."""

    day: str
    feature: str
    calls: int = 0
    cached: int = 0
    failures: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_yen: float = 0.0

    @property
    def tokens(self) -> int:
        return self.input_tokens + self.output_tokens


@dataclass(frozen=True, slots=True)
class Failure:
    """A call that went wrong, without any text: when (ISO, UTC), what for, what kind, and the HTTP status if any."""

    at: str
    feature: str
    kind: str
    status: int | None = None


@dataclass(frozen=True, slots=True)
class LanguageState:
    """What the administrator sees. `why` is None while the model may be used."""

    configured: bool
    switched_on: bool
    why: Why | None
    notice: str
    """A sentence for people at the screen, empty while all is well."""
    model: str = ""
    endpoint: str = ""
    breaker: Literal["closed", "open", "half_open"] = "closed"
    features: Mapping[str, bool] = field(default_factory=dict)
    today: Usage = Usage("", "")
    month: Usage = Usage("", "")
    limits: Mapping[str, float] = field(default_factory=dict)
    """tokens_per_day, tokens_per_month, yen_per_day, yen_per_month; 0 is no limit."""
    failures: tuple[Failure, ...] = ()
