"""The wordings a city gives the bot's own sentences: proposed by one person, approved by another, never rewritten."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast
from uuid import uuid4

from sqlalchemy import Connection, insert, select, update

from knowledge.errors import Conflict, Forbidden, InvalidInput, NotFound, Problem, Unavailable
from knowledge.ports import Clock
from knowledge.privacy.redacted import RedactedText, approved
from knowledge.store.audit import AuditLog
from knowledge.store.database import Database
from knowledge.store.voice_tables import voice_wordings
from knowledge.text.normalise import clean
from voicebot.domain import NOTHING, CityVoice
from voicebot.texts import check_wording, load_texts

State = Literal["proposed", "approved", "rejected", "withdrawn"]
MAX_CHARS = 300
TextKey = tuple[str, str]
"""(language, name of the sentence)"""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One wording. The newest approved one of a sentence is spoken."""

    wording_id: str
    lang: str
    name: str
    number: int
    text: RedactedText
    state: State
    author: str
    written_at: datetime
    decided_by: str = ""
    decided_at: datetime | None = None
    comment: RedactedText = NOTHING

    @property
    def key(self) -> TextKey:
        return self.lang, self.name


class Wording:
    """Without a database the shipped wordings are spoken and nothing can be changed."""

    def __init__(self, database: Database | None, clock: Clock, city: CityVoice) -> None:
        self._database = database
        self._clock = clock
        self._city = city
        self._audit = AuditLog(clock)

    def live(self) -> Mapping[TextKey, str]:
        """What is approved now."""
        if self._database is None:
            return {}
        wanted = select(voice_wordings).where(voice_wordings.c.state == "approved").order_by(voice_wordings.c.number)
        with self._database.read() as conn:
            return {(row["lang"], row["name"]): row["text"] for row in conn.execute(wanted).mappings()}

    def waiting(self) -> Mapping[TextKey, Proposal]:
        """Proposals nobody has decided on: at most one for each sentence."""
        wanted = select(voice_wordings).where(voice_wordings.c.state == "proposed")
        with self._open().read() as conn:
            found = [_proposal(row) for row in conn.execute(wanted).mappings()]
        return {one.key: one for one in found}

    def history(self, lang: str, name: str) -> list[Proposal]:
        """Newest first. Raises NotFound for a sentence there is not."""
        self._known(lang, name)
        with self._open().read() as conn:
            return _history(conn, lang, name)

    def propose(self, lang: str, name: str, text: str, who: str) -> Proposal:
        """A new wording to be decided on; replaces an undecided one. Raises InvalidInput, NotFound."""
        self._known(lang, name)
        wanted = self._checked(lang, name, text)
        with self._open().begin() as conn:
            before = _history(conn, lang, name)
            live = next((one.text for one in before if one.state == "approved"), None)
            shown = live if live is not None else load_texts(self._city).template(name, lang)
            if wanted == shown:
                raise _wrong("いまの文言と同じです。")
            if before and before[0].state == "proposed":
                self._decide(conn, before[0], "withdrawn", who, "")
            number = before[0].number + 1 if before else 1
            made = Proposal(uuid4().hex, lang, name, number, approved(wanted), "proposed", who, self._clock.now())
            conn.execute(insert(voice_wordings).values(**_row(made)))
            self._audit.append(conn, who, "voice.wording.propose", f"{lang}/{name}", {"number": number})
        return made

    def approve(self, wording_id: str, who: str, *, self_approval: bool = False) -> Proposal:
        """Spoken from the next call on. Raises Forbidden for the author, Conflict, NotFound."""
        with self._open().begin() as conn:
            found = _undecided(conn, wording_id)
            if who == found.author and not self_approval:
                raise Forbidden("自分が書いた文言は承認できません。別の承認者に依頼してください。")
            return self._decide(conn, found, "approved", who, "")

    def reject(self, wording_id: str, who: str, comment: RedactedText) -> Proposal:
        """Send back with a word why, or withdraw one's own. Raises InvalidInput, Conflict, NotFound."""
        with self._open().begin() as conn:
            found = _undecided(conn, wording_id)
            if who == found.author:
                return self._decide(conn, found, "withdrawn", who, comment)
            if not comment:
                raise InvalidInput(
                    "差し戻す理由を入力してください。", [Problem("入力してください。", column="comment")]
                )
            return self._decide(conn, found, "rejected", who, comment)

    def _decide(self, conn: Connection, found: Proposal, state: State, who: str, comment: str) -> Proposal:
        decided = {"state": state, "decided_by": who, "decided_at": self._clock.now(), "comment": comment}
        conn.execute(update(voice_wordings).where(voice_wordings.c.wording_id == found.wording_id).values(decided))
        self._audit.append(conn, who, f"voice.wording.{state}", f"{found.lang}/{found.name}", {"number": found.number})
        row = conn.execute(select(voice_wordings).where(voice_wordings.c.wording_id == found.wording_id)).mappings()
        return _proposal(row.one())

    def _checked(self, lang: str, name: str, text: str) -> str:
        wanted = clean(text).strip()
        if not wanted or len(wanted) > MAX_CHARS:
            raise _wrong(f"文言は1文字から{MAX_CHARS}文字までで入力してください。")
        problem = check_wording(lang, name, wanted)
        if problem:
            raise _wrong(problem)
        return wanted

    @staticmethod
    def _known(lang: str, name: str) -> None:
        if check_wording(lang, name, "", exists_only=True):
            raise NotFound("この文言はありません。")

    def _open(self) -> Database:
        if self._database is None:
            raise Unavailable("文言を保存するデータベースがありません。")
        return self._database


def _history(conn: Connection, lang: str, name: str) -> list[Proposal]:
    here = (voice_wordings.c.lang == lang) & (voice_wordings.c.name == name)
    rows = conn.execute(select(voice_wordings).where(here).order_by(voice_wordings.c.number.desc())).mappings()
    return [_proposal(row) for row in rows]


def _undecided(conn: Connection, wording_id: str) -> Proposal:
    row = conn.execute(select(voice_wordings).where(voice_wordings.c.wording_id == wording_id)).mappings().first()
    if row is None:
        raise NotFound("この文言の案は見つかりません。")
    if row["state"] != "proposed":
        raise Conflict("この案は、もう承認または差し戻しが済んでいます。")
    return _proposal(row)


def _wrong(text: str) -> InvalidInput:
    return InvalidInput(text, [Problem(text, column="text")])


def _row(made: Proposal) -> dict[str, Any]:
    return {
        "wording_id": made.wording_id, "lang": made.lang, "name": made.name, "number": made.number, "text": made.text,
        "state": made.state, "author": made.author, "written_at": made.written_at, "decided_by": made.decided_by,
        "decided_at": made.decided_at, "comment": made.comment,
    }  # fmt: skip


def _proposal(row: Any) -> Proposal:
    return Proposal(
        row["wording_id"], row["lang"], row["name"], row["number"], approved(row["text"]), cast(State, row["state"]),
        row["author"], row["written_at"], row["decided_by"], row["decided_at"], RedactedText(row["comment"]),
    )  # fmt: skip
