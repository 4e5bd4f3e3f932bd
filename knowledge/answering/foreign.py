"""A question in another language whose own FAQ do not answer it: by way of Japanese, where there is one."""

from typing import Protocol

from knowledge.domain import Channel, FaqEntry
from knowledge.privacy.redacted import RedactedText


class Foreign(Protocol):
    def in_japanese(self, text: RedactedText, lang: str) -> RedactedText | None:
        """The question in Japanese, for searching only; None when nobody can translate it."""
        ...

    def translated(self, entry: FaqEntry, lang: str, channel: Channel) -> FaqEntry | None:
        """A checked machine translation of an approved FAQ; None when the city does not allow it or it failed a check."""
        ...
