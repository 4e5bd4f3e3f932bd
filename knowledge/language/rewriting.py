"""Follow-ups made to stand alone: by rules, or by the language model where there is one."""

from knowledge.answering.conversation import Reread, Talk
from knowledge.answering.followup import FollowUps
from knowledge.answering.in_full import in_full
from knowledge.errors import NoLanguageModel
from knowledge.language.figures import figures
from knowledge.language.model import Data, LanguageRequest
from knowledge.ports import LanguageModel, Redactor
from knowledge.privacy.redacted import RedactedText, approved
from knowledge.text.normalise import normalise
from prompts import load

MAX_ASKED_CHARS = 40
"""A longer utterance tells its own story; asking the model about it would only cost time."""
MAX_WRITTEN_CHARS = 160
_TOKENS = 160


class Rewriter:
    """Implements knowledge.answering.answerer.Rewriting."""

    def __init__(self, rules: FollowUps, model: LanguageModel, redactor: Redactor) -> None:
        self._rules = rules
        self._model = model
        self._redactor = redactor

    def by_rule(self, utterance: RedactedText, talk: Talk) -> Reread | None:
        return self._rules.standalone(utterance, talk)

    def in_full(self, utterance: RedactedText) -> Reread | None:
        full = in_full(normalise(utterance))
        return Reread(self._redactor.redact(full).text) if full else None

    def by_model(self, utterance: RedactedText, talk: Talk) -> Reread | None:
        if not talk.topic or len(utterance) > MAX_ASKED_CHARS or not self._model.available("follow_up"):
            return None
        data = (
            Data("これまでの質問", self._redactor.redact("\n".join(talk.said)).text),
            Data("直前に案内したFAQ", approved(talk.topic)),
            Data("今の発言", utterance),
        )
        try:
            made = self._model.complete(LanguageRequest("follow_up", load("follow_up"), data, _TOKENS))
        except NoLanguageModel:
            return None
        written = self._redactor.redact(made.text.strip()).text
        if not _trustworthy(written, utterance, talk) or normalise(written) == normalise(utterance):
            return None
        return Reread(written)


def _trustworthy(written: str, utterance: str, talk: Talk) -> bool:
    """One short line whose numbers all come from the conversation. It only steers the search: the answer it leads to is
    approved text all the same."""
    if not written or "\n" in written or len(written) > MAX_WRITTEN_CHARS:
        return False
    said = figures("\n".join([*talk.said, talk.topic, utterance]), "ja")
    new = figures(written, "ja")
    return new.numbers <= said.numbers | said.words and not new.addresses
