"""What to do with a question: answer · clarify · handoff · refuse. A pure function of what is known about it.

Order matters and is the policy: first what must never be answered, then who must be met by a person, then confidence.
A label that is likely, but not sure, gives way to an FAQ that is: the confidence has weighed the label already.
Thresholds were fitted on the calibration and dev questions; see `calibration.json`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from knowledge.domain import Action, HandoffReason

NEVER_ASKED = frozenset({"my_number", "secret", "credit_card"})
"""Personal data a citizen must not give to us at all: stop politely."""
PERSON_LABELS: tuple[tuple[str, HandoffReason], ...] = (
    ("asked_for_person", "asked_for_person"),
    ("complaint", "complaint"),
    ("individual_case", "individual_case"),
    ("other_city", "other_city"),
    ("other_department", "other_department"),
)
OURS = "in_scope"
NOT_COVERED = "not_covered"
NOTHING_ASKED = "chitchat_or_unclear"
HARM_DONE = "harm_done"
AMBIGUOUS_CUES = frozenset({"injection"})
"""Everyday words too (暗証番号の設定を忘れた): without a model's judgement they decide nothing, and the worst an
injection can get then is an approved answer."""


@dataclass(frozen=True, slots=True)
class Signals:
    """Everything the decision depends on. Confidences are calibrated probabilities, best candidate first."""

    confidences: tuple[float, ...] = ()
    intents: Mapping[str, float] = field(default_factory=dict)
    cues: frozenset[str] = frozenset()
    plain: frozenset[str] = frozenset()
    """What the wording says so plainly that no model need agree: labels, and "harm" that has been done."""
    stops_loss: bool = False
    """Whether a loss or theft is told as one's own and the best FAQ says how to stop the card."""
    personal_kinds: frozenset[str] = frozenset()
    top_refers_elsewhere: bool = False
    separable: bool = False
    """Whether there is a question back that tells the candidates apart."""
    bare_topic: bool = False
    """Whether the words only name a matter and ask nothing about it."""
    no_matter: bool = False
    """Whether the words could be said of any matter (いくらかかりますか): no label can be read off them, only a cue, and
    whatever FAQ is near is a guess."""
    own_noun: bool = False
    """Whether the words only give one of our matters its name (予約の件): it is ours, whatever a label says."""
    nothing_named: bool = False
    """Whether the words only open a conversation, and it is known what people mostly ask about."""
    names_other_thing: bool = False
    """Whether the words name a thing of which the best FAQ says nothing."""
    names_other_owner: bool = False
    """Whether they say whose booking, card or number is meant, and the best FAQ knows nothing of that owner."""
    foreign: bool = False
    asr_confidence: float | None = None
    said: float | None = None
    """The first confidence knowing whether the question says what tells the best FAQ from its rivals; None where nobody
    judged that."""

    @property
    def as_known(self) -> tuple[float, ...]:
        """The confidences, the first of them by all that is known."""
        return self.confidences if self.said is None else (self.said, *self.confidences[1:])

    @property
    def surest(self) -> float:
        """How likely the best FAQ is the answer, by all that is known."""
        return self.as_known[0] if self.as_known else 0.0


@dataclass(frozen=True, slots=True)
class Thresholds:
    answer_at: float
    clarify_at: float
    """Lowest probability that one of the three best is right for asking back to make sense."""
    intent_at: Mapping[str, float]
    """Probability of a label from which it decides; the key "" is for labels not named."""
    doubtful_asr_below: float = 0.6
    """Transcripts below this are confirmed rather than answered unless they match very well."""
    sure_at: float = 1.0
    """Probability of a label from which no FAQ is answered any more, however well it matches."""
    not_ours_at: float = 1.0
    """Probability that the question is not ours from which nothing is asked back."""
    other_thing_at: float = 1.0
    """The same, from which nothing is answered either where the words name a thing the FAQ knows nothing of."""
    other_owner_at: float = 1.0
    """The same for the owner of a thing (病院の予約)."""
    stop_loss_at: float = 0.1
    """From here on somebody who lost their card, and says nothing else, is told how to stop it: a minute asked back is a
    minute lost, and the shortest words (カードなくしちゃった) are like many FAQ."""
    rival_at: float = 1.0
    """Words that only name a matter are answered when the second FAQ's probability is below this."""

    def intent(self, label: str) -> float:
        return self.intent_at.get(label, self.intent_at[""])


@dataclass(frozen=True, slots=True)
class Decision:
    """`why` is a word for reviewers and logs; `reason` is set when a person takes over."""

    action: Action
    why: str
    reason: HandoffReason | None = None


def decide(signals: Signals, thresholds: Thresholds) -> Decision:
    """The decision for one question."""
    return (
        _must_not_answer(signals, thresholds)
        or _needs_person(signals, thresholds)
        or _from_confidence(signals, thresholds)
    )


def answers_against_doubt(s: Signals, t: Thresholds, doubt_at: float) -> bool:
    """Whether an FAQ would be answered although the question is not ours with this probability: worth a closer look."""
    return _not_ours(s, doubt_at) and _told(s, t)


def _must_not_answer(s: Signals, t: Thresholds) -> Decision | None:
    if "emergency" in s.plain:  # a life comes before everything else
        return Decision("handoff", "emergency", "emergency")
    if s.personal_kinds & NEVER_ASKED:
        return Decision("refuse", "personal_data", "personal_data")
    if _says("emergency", s, t):
        return Decision("handoff", "emergency", "emergency")
    wants_company = "asked_for_person" in s.plain and "distress" not in s.plain | s.cues
    if _says("distress", s, t) and not wants_company:
        return Decision("handoff", "distress", "distress")
    if "misuse" in s.cues and "harm" not in s.plain:  # no FAQ, however near, is an answer to how one does wrong
        return Decision("refuse", "misuse")
    harmless = "harm" in s.plain or ("asked_for_person" in s.plain | s.cues and "injection" not in s.cues)
    if _says("injection", s, t) and not _outweighed("injection", s, t) and not harmless:
        return Decision("refuse", "injection")
    if s.intents.get("personal_data", 0.0) >= t.intent("personal_data"):
        return Decision("refuse", "personal_data", "personal_data")
    return None


def _needs_person(s: Signals, t: Thresholds) -> Decision | None:
    if s.nothing_named and not s.cues and not s.plain:
        return Decision("clarify", "nothing_named")
    if "harm" in s.plain and not s.stops_loss:
        return Decision("handoff", HARM_DONE, "individual_case")
    for label, reason in PERSON_LABELS:
        if (s.no_matter or s.own_noun) and label not in s.cues and label not in s.plain:
            continue
        if _says(label, s, t) and not _outweighed(label, s, t):
            return Decision("handoff", label, reason)
    if NOT_COVERED in s.cues:
        return Decision("handoff", NOT_COVERED, "low_confidence")
    not_ours = s.intents and 1 - s.intents.get(OURS, 0.0) >= 0.5
    if (
        s.top_refers_elsewhere
        and not (s.no_matter or s.own_noun)
        and s.confidences
        and (s.confidences[0] >= t.clarify_at or not_ours)
    ):
        return Decision("handoff", "referral", "other_department")
    return None


def _from_confidence(s: Signals, t: Thresholds) -> Decision:
    best = s.confidences[0] if s.confidences else 0.0
    doubtful = s.asr_confidence is not None and s.asr_confidence < t.doubtful_asr_below
    rival = s.confidences[1] if len(s.confidences) > 1 else 0.0
    open_topic = s.separable and (s.no_matter or (s.bare_topic and rival >= t.rival_at))
    enough = _told(s, t) and not open_topic
    if s.names_other_thing and s.foreign:
        return Decision("handoff", "no_translation", "language")
    other_thing = s.names_other_thing and _not_ours(s, t.other_thing_at)
    if other_thing or (s.names_other_owner and _not_ours(s, t.other_owner_at)):
        return _likeliest(s)
    if enough and not (doubtful and best < (1 + t.answer_at) / 2):
        return Decision("answer", "confident")
    if _not_ours(s, t.not_ours_at) and not (s.separable and (s.no_matter or s.own_noun)):
        return _likeliest(s)
    if s.separable and (open_topic or s.own_noun or sum(s.confidences[:3]) >= t.clarify_at):
        return Decision("clarify", "doubtful_transcript" if doubtful else "close_candidates")
    if s.foreign:
        return Decision("handoff", "no_translation", "language")
    return Decision("handoff", "low_confidence", "low_confidence")


def _told(s: Signals, t: Thresholds) -> bool:
    """Whether there is an FAQ sure enough to be told."""
    if not s.confidences:
        return False
    return s.confidences[0] >= min(t.stop_loss_at, t.answer_at) if s.stops_loss else s.surest >= t.answer_at


def _not_ours(s: Signals, at: float) -> bool:
    return OURS in s.intents and 1 - s.intents[OURS] >= at


def _likeliest(s: Signals) -> Decision:
    """Not ours, though no label is sure: the likeliest one names who can help."""
    label, reason = max(PERSON_LABELS, key=lambda pair: s.intents.get(pair[0], 0.0))
    others = sum(p for name, p in s.intents.items() if name not in (OURS, label))
    if s.intents.get(label, 0.0) > others:
        return Decision("handoff", label, reason)
    return Decision("handoff", "low_confidence", "low_confidence")


def _outweighed(label: str, s: Signals, t: Thresholds) -> bool:
    """Whether an FAQ matches so well that a label which is neither plain in the wording nor sure gives way."""
    if label in s.plain or label in s.cues or s.intents.get(label, 0.0) >= t.sure_at or not s.confidences:
        return False
    return s.confidences[0] >= t.answer_at and not s.top_refers_elsewhere


def _says(label: str, s: Signals, t: Thresholds) -> bool:
    """A cue in the wording decides alone unless the FAQ match is better than the cue is sure (a question *about*
    ambulances is not a call for one)."""
    if label in s.plain:
        return True
    probability = s.intents.get(label)
    if label in s.cues:
        # Where the model does not judge (not trained yet, or another language), the wording is all there is.
        if probability is None:
            return label not in AMBIGUOUS_CUES
        return probability >= t.intent_at.get(f"cue:{label}", t.intent("cue"))
    return probability is not None and probability >= t.intent(label)
