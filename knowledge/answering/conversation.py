"""What a conversation is about and what was asked back, kept in memory for a few minutes for the next words."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from knowledge.domain import ApprovedAnswer, ClarifyOption
from knowledge.privacy.redacted import RedactedText
from knowledge.text.late_pattern import late_pattern
from knowledge.text.normalise import normalise

KEEP_FOR = timedelta(minutes=15)
MAX_CONVERSATIONS = 10_000
MAX_SAID = 4
"""How many utterances a model may see to understand the next one."""
_ORDINALS = (
    late_pattern(
        r"^(1|一|いち|①|最初|初め|はじめ|一番目|1番目?|一つ目|1つ目|ひとつめ|前者|上)(番|の(方|ほう|やつ|もの)?)?(です|で|お願いします|をお願いします)?$"
    ),
    late_pattern(
        r"^(2|二|に|②|真ん中|二番目?|2番目?|二つ目|2つ目|ふたつめ)(番|の(方|ほう|やつ|もの)?)?(です|で|お願いします|をお願いします)?$"
    ),
    late_pattern(
        r"^(3|三|さん|③|三番目?|3番目?|三つ目|3つ目|みっつめ)(番|の(方|ほう|やつ|もの)?)?(です|で|お願いします|をお願いします)?$"
    ),
)


_LAST = late_pattern(r"^(最後|後者|一番下|下)(の(方|ほう|やつ|もの)?)?$")
_AROUND = late_pattern(
    r"^(上から|じゃあ|では|えっと|ええと)、?|(の(方|ほう|こと)|のやつ)?(です|でお願いします|をお願いします|について)?$"
)
"""What people say around the option they pick: 「カードの方です」."""
_NOT_THIS = late_pattern(r"(の(方|ほう|こと|件))?(以外|では?な|じゃな|では?あり|じゃあり|でもな|とは?違|は違)")
_PARTS = late_pattern(r"[・、/]")


@dataclass(frozen=True, slots=True)
class Pending:
    options: tuple[ClarifyOption, ...]
    until: datetime


_FOREVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Talk:
    """What was answered last (approved question and number), and the redacted words before, newest last."""

    topic: str = ""
    faq_id: str = ""
    said: tuple[RedactedText, ...] = ()
    until: datetime = _FOREVER


@dataclass(frozen=True, slots=True)
class Reread:
    """A follow-up as a question that stands alone; `new` are the words it adds to what was answered, `said` is what was
    said without its opening words."""

    text: RedactedText
    new: tuple[str, ...] = ()
    said: RedactedText | None = None


class Conversations:
    """Thread-safe, bounded; holds option labels, FAQ ids, approved questions and the last redacted words, in memory only."""

    def __init__(self) -> None:
        self._pending: OrderedDict[str, Pending] = OrderedDict()
        self._talks: OrderedDict[str, Talk] = OrderedDict()
        self._lock = threading.Lock()

    def talk(self, conversation_id: str, now: datetime) -> Talk:
        """What was said and answered so far; empty for an unknown, ended or nameless conversation."""
        with self._lock:
            talk = self._talks.get(conversation_id)
            return talk if talk is not None and talk.until >= now else Talk()

    def note(self, conversation_id: str, said: RedactedText, answered: ApprovedAnswer | None, now: datetime) -> None:
        """Remember the words and, if there was one, what they were answered with."""
        if not conversation_id:
            return
        before = self.talk(conversation_id, now)
        kept = (*before.said, said)[-MAX_SAID:]
        topic, faq_id = (answered.question, answered.faq_id) if answered else (before.topic, before.faq_id)
        with self._lock:
            self._talks[conversation_id] = Talk(topic, faq_id, kept, now + KEEP_FOR)
            self._talks.move_to_end(conversation_id)
            while len(self._talks) > MAX_CONVERSATIONS:
                self._talks.popitem(last=False)

    def told(self, conversation_id: str, question: str, faq_id: str, now: datetime) -> None:
        """The channel itself gave this FAQ, as when an option is chosen by key: it is the topic now, and what was asked
        back is settled. Nothing changes where it is the topic already."""
        before = self.talk(conversation_id, now)
        if not conversation_id or before.faq_id == faq_id:
            return
        with self._lock:
            self._talks[conversation_id] = Talk(question, faq_id, before.said, now + KEEP_FOR)
            self._talks.move_to_end(conversation_id)
            self._pending.pop(conversation_id, None)

    def asked(self, conversation_id: str, options: Sequence[ClarifyOption], now: datetime) -> None:
        """Remember what was asked back. Without a conversation id nothing is kept."""
        if not conversation_id:
            return
        with self._lock:
            self._pending[conversation_id] = Pending(tuple(options), now + KEEP_FOR)
            self._pending.move_to_end(conversation_id)
            while len(self._pending) > MAX_CONVERSATIONS:
                self._pending.popitem(last=False)

    def picked(self, conversation_id: str, text: str, now: datetime) -> str | None:
        """FAQ id that `text` picks from the last question back, else None; a question back is picked from once."""
        if not conversation_id:
            return None
        with self._lock:
            pending = self._pending.get(conversation_id)
            if pending is None or pending.until < now:
                return None
            chosen = pick(text, pending.options)
            if chosen is not None:
                del self._pending[conversation_id]
            return chosen


def _says(said: str, label: str) -> bool:
    """`label` occurs in what was said, and not as what is not meant."""
    at = said.find(label)
    return at >= 0 and not _NOT_THIS.match(said[at + len(label) :])


def pick(text: str, options: Sequence[ClarifyOption]) -> str | None:
    """FAQ id of the option named by an ordinal, its label, or a part of the label that no other option has."""
    said = _AROUND.sub("", normalise(text).rstrip("。.!！?？"))
    if _LAST.match(said):
        return options[-1].faq_id
    for number, pattern in enumerate(_ORDINALS[: len(options)]):
        if pattern.match(said):
            return options[number].faq_id
    labels = [normalise(o.label) for o in options]
    named = [
        i for i, label in enumerate(labels) if label and (_says(said, label) or (len(said) >= 2 and said in label))
    ]
    if len(named) != 1:
        named = [i for i, label in enumerate(labels) if said and _PARTS.split(label)[0] == said]
    return options[named[0]].faq_id if len(named) == 1 and len(said) <= 40 else None
