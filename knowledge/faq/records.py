"""What the FAQ store hands out: the working copy of an entry, its published versions, and pages of them."""

from dataclasses import dataclass
from datetime import date, datetime

from knowledge.domain import FaqEntry, FaqStatus, Visibility
from knowledge.errors import Conflict

Key = tuple[str, str]
"""(faq_id, lang)"""
SOURCE_LANG = "ja"


@dataclass(frozen=True, slots=True)
class FaqRecord:
    """The working copy of one FAQ in one language. `revision` grows with every change and guards concurrent edits."""

    entry: FaqEntry
    revision: int
    live_version: int
    """Newest published version, 0 when nothing of this FAQ is published."""
    live_first: int
    """Oldest version that can still be in force (a newer one may be waiting for its day)."""
    last_number: int
    """Number of the newest version ever published, in force or not."""
    source_version: int
    """For a translation: the version of the Japanese source this text follows."""
    live_source: int
    """The same of the version that is published."""
    stale: bool
    """For a translation: the Japanese source has been published anew since (要更新)."""
    drafters: tuple[str, ...]
    approver: str
    created_at: datetime
    updated_at: datetime
    updated_by: str

    @property
    def key(self) -> Key:
        return self.entry.key


@dataclass(frozen=True, slots=True)
class FaqVersion:
    """One published version; never changes. `entry.version` is its number."""

    entry: FaqEntry
    author: str
    approver: str
    published_by: str
    published_at: datetime
    reason: str
    source_version: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class FaqFilter:
    """Filter of the FAQ list; empty fields match everything. `text` words must all occur in the entry."""

    text: str = ""
    category: str = ""
    subcategory: str = ""
    status: FaqStatus | None = None
    department: str = ""
    tag: str = ""
    review_due_before: date | None = None
    lang: str = ""
    visibility: Visibility | None = None
    stale_only: bool = False


@dataclass(frozen=True, slots=True)
class FaqPage:
    """One page of the list and how many entries match in all."""

    items: tuple[FaqRecord, ...]
    total: int


class EditConflict(Conflict):
    """Somebody saved first: carries the text that was to be saved and the one that stands."""

    def __init__(self, yours: FaqEntry, theirs: FaqRecord) -> None:
        super().__init__(
            f"{theirs.updated_by} さんが先に保存しました。両方の文面を見比べて、もう一度保存してください。"
        )
        self.yours = yours
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class FaqRules:
    """What a city can decide about its FAQ work."""

    self_approval: bool = False
    """Whether the drafter may approve their own draft."""
    hold_terms_on_import: bool = False
    """Whether an import that publishes keeps rows whose words block publication by hand as drafts. Off: a bulk import by
    someone who may publish is published whole, and the words are listed until they are changed."""
    serve_stale_translations: bool = False
    """Whether a translation stays in use after its source was published anew. Off: a wrong fee in Vietnamese is worse
    than a hand-over. A minor correction of the source (see `publish`) does not make translations stale."""
