"""What the city approved, what was asked, what was answered: frozen dataclasses, standard library only.

Times are timezone-aware UTC `datetime`; days are JST `date`. Confidence is a calibrated probability in [0, 1].
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from knowledge.privacy.redacted import RedactedText

Channel = Literal["operator", "web", "voice"]
Action = Literal["answer", "clarify", "handoff", "refuse"]
Visibility = Literal["public", "operator"]
FaqStatus = Literal["draft", "in_review", "approved", "published", "retired"]
Verdict = Literal["used", "resolved", "not_resolved", "wrong"]
HandoffReason = Literal[
    "low_confidence",  # nothing approved fits well enough
    "asked_for_person",
    "individual_case",  # needs the citizen's own record
    "complaint",
    "other_department",
    "other_city",
    "emergency",
    "distress",
    "language",  # no approved translation
    "personal_data",
    "unresolved",  # asked back too often or the answer did not help
]

LANGUAGES: tuple[str, ...] = ("ja", "en", "zh", "ko", "vi", "pt", "tl")


@dataclass(frozen=True, slots=True)
class Referral:
    """Where a matter that is not ours goes: the department's name and phone as shown to the citizen."""

    department: str
    phone: str
    reason: HandoffReason = "other_department"


@dataclass(frozen=True, slots=True)
class FaqEntry:
    """One FAQ in one language as content; `(faq_id, lang)` is the key, `version` counts published versions.

    A translation carries the faq_id of its Japanese source and another `lang`.
    """

    faq_id: str
    question: str
    answer: str
    version: int = 0
    alt_questions: tuple[str, ...] = ()
    answer_voice: str = ""
    answer_easy: str = ""
    """The answer in やさしい日本語, for readers who are learning Japanese; part of the same version."""
    category: str = ""
    subcategory: str = ""
    tags: tuple[str, ...] = ()
    department: str = ""
    evidence: str = ""
    url: str = ""
    related_ids: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    """Forms and further links, one a line: a name and its address."""
    contact_phone: str = ""
    """Number to ring about this matter, where it is not the centre's."""
    valid_from: date | None = None
    valid_to: date | None = None
    review_due: date | None = None
    visibility: Visibility = "public"
    status: FaqStatus = "draft"
    lang: str = "ja"
    review_note: str = ""
    facets: tuple[tuple[str, str], ...] = ()
    referral: Referral | None = None
    past_wordings: tuple[str, ...] = ()
    """How callers put it whom this FAQ has helped: for finding it, never shown and no part of its content."""

    @property
    def wordings(self) -> tuple[str, ...]:
        """Every other way of asking that search knows: the editors' first."""
        return (*self.alt_questions, *self.past_wordings)

    @property
    def key(self) -> tuple[str, str]:
        return (self.faq_id, self.lang)

    def in_force(self, day: date) -> bool:
        """True when published and `day` lies in [valid_from, valid_to], both ends included."""
        if self.status != "published":
            return False
        if self.valid_from is not None and day < self.valid_from:
            return False
        return self.valid_to is None or day <= self.valid_to


@dataclass(frozen=True, slots=True)
class SynonymGroup:
    """Words that mean the same to a citizen; `preferred` is what the city writes."""

    preferred: str
    terms: tuple[str, ...]
    group_id: str = ""


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A redacted query with its filters. `channel` decides visibility: only operators see operator-only FAQ."""

    text: RedactedText
    limit: int = 10
    category: str = ""
    lang: str = "ja"
    channel: Channel = "operator"
    near: str = ""
    """Only FAQ of the same matter as the one with this number."""
    without: str = ""
    """Not the FAQ with this number."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One FAQ found. `score` orders hits; `confidence` is P(this FAQ answers the question)."""

    entry: FaqEntry
    score: float
    confidence: float
    matched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits best first (ties by faq_id), plus what the policy needs to know about the query itself."""

    hits: tuple[Hit, ...]
    took_ms: float = 0.0
    evidence: Mapping[str, float] = field(default_factory=dict)
    """What the ranking says about its best hit, by feature name of knowledge.search.confidence."""
    unknown_terms: tuple[str, ...] = ()
    stages_ms: tuple[tuple[str, float], ...] = ()
    heard_as: str = ""
    """The question as it was read where mis-heard words were put right; empty where none were."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question of one person in one channel."""

    text: RedactedText
    channel: Channel = "operator"
    lang: str = "ja"
    conversation_id: str = ""
    asr_confidence: float | None = None
    had_personal_data: frozenset[str] = frozenset()
    """Kinds of personal data the redactor removed (see knowledge.privacy.rules.Kind)."""
    told: str = ""
    """faq_id of what the channel gave the person last, where it may have done so by itself: an option chosen by key."""


@dataclass(frozen=True, slots=True)
class Citation:
    faq_id: str
    version: int
    evidence: str = ""
    url: str = ""
    department: str = ""
    forms: tuple[str, ...] = ()
    contact_phone: str = ""
    approved_on: date | None = None


@dataclass(frozen=True, slots=True)
class GeneratedSentence:
    """One machine-made sentence that passed every check against the FAQ versions it cites (faq_id, version)."""

    text: str
    cited: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class GeneratedText:
    """A machine-made wording of approved content; shown only beside the approved text and always marked as such."""

    sentences: tuple[GeneratedSentence, ...]
    model: str
    prompt_sha: str

    @property
    def text(self) -> str:
        return "\n".join(sentence.text for sentence in self.sentences)


@dataclass(frozen=True, slots=True)
class ApprovedAnswer:
    """The approved text, verbatim, and what it rests on; `generated` says when a machine translated it instead."""

    faq_id: str
    version: int
    question: str
    text: str
    spoken_text: str
    citations: tuple[Citation, ...] = ()
    lang: str = "ja"
    easy_text: str = ""
    generated: Literal["", "translation"] = ""
    """Empty: approved word for word. Otherwise what a machine made of the approved text, checked, and shown as such."""
    draft: GeneratedText | None = None
    """Another wording, cited and checked, beside the approved `text`; only where the city allows it."""


@dataclass(frozen=True, slots=True)
class ClarifyOption:
    label: str
    faq_id: str


@dataclass(frozen=True, slots=True)
class Clarify:
    """A question back that names the one thing separating the candidates."""

    prompt: str
    options: tuple[ClarifyOption, ...]


@dataclass(frozen=True, slots=True)
class Handoff:
    """Where the person is sent, and the sentence that says so in the person's language."""

    reason: HandoffReason
    department: str
    phone: str
    message: str
    urgent: bool = False
    """Whether the message says what to do at once: it is spoken before a person is reached, too."""
    spoken: str = ""
    """What a voice says instead of the message, where an FAQ has an approved text for that."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The single result every channel renders. Exactly the part named by `action` is set."""

    action: Action
    confidence: float
    """Probability that the best approved answer is right: of the one given, or of the one that was held back."""
    answer_id: str
    answer: ApprovedAnswer | None = None
    clarify: Clarify | None = None
    handoff: Handoff | None = None
    message: str = ""
    """What is said when neither an answer nor a question back is given (refuse)."""
    candidates: tuple[Hit, ...] = ()
    took_ms: float = 0.0
    reason: str = ""
    """Why the policy chose this action, in a word from knowledge.answering.policy; shown to reviewers."""
    trace: Mapping[str, float] = field(default_factory=dict)
    """Stage latencies in milliseconds."""
    lang: str = "ja"
    read_as: str = ""
    """A follow-up as it was understood, together with what the conversation was about; empty when taken as it stood."""
