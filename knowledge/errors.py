"""One error tree. Messages are Japanese, for the person at the screen, and say what to do next.

MadoguchiError
├── InvalidInput            the caller's data is wrong (HTTP 422); `problems` name row and column
│   └── NotReadable         a file or text could not be decoded or parsed at all
├── NotFound                no such FAQ, version, call … (HTTP 404)
├── Conflict                somebody else changed it first, or the state does not allow it (HTTP 409)
│   └── IllegalTransition   the lifecycle has no such step
├── Forbidden               the role may not do this (HTTP 403)
├── Unauthenticated         no or invalid credentials (HTTP 401)
├── TooMany                 rate or size limit reached (HTTP 429 / 413)
├── Unavailable             a part is not there right now: model, index, database, LLM (HTTP 503)
│   ├── DataFolderInUse     another process owns the data folder
│   └── NoLanguageModel     the language model is off, used up, resting or broken; `why` says which
└── ConfigurationError      settings do not make sense; the service refuses to start
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in the input: where (1-based row, column id, both optional) and what to do about it."""

    message: str
    row: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        place = "・".join(part for part in (f"{self.row}行目" if self.row else "", self.column or "") if part)
        return f"{place}：{self.message}" if place else self.message


class MadoguchiError(Exception):
    """Base of every error this project raises on purpose."""

    status = 500
    title = "エラーが発生しました"

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.problems = tuple(problems)


class InvalidInput(MadoguchiError):
    status = 422
    title = "入力内容を確認してください"


class NotReadable(InvalidInput):
    title = "読み取れないデータです"


class NotFound(MadoguchiError):
    status = 404
    title = "見つかりません"


class Conflict(MadoguchiError):
    status = 409
    title = "ほかの変更と重なりました"


class IllegalTransition(Conflict):
    title = "この状態ではできない操作です"


class Forbidden(MadoguchiError):
    status = 403
    title = "権限がありません"


class Unauthenticated(MadoguchiError):
    status = 401
    title = "ログインが必要です"


class TooMany(MadoguchiError):
    status = 429
    title = "しばらく待ってからお試しください"


class Unavailable(MadoguchiError):
    status = 503
    title = "ただいま利用できません"


class DataFolderInUse(Unavailable):
    title = "データフォルダーは使用中です"


class NoLanguageModel(Unavailable):
    """Never a reason to stop: whoever asked goes on with the approved text."""

    title = "AIの下書きは今使えません"

    def __init__(self, why: str, message: str) -> None:
        super().__init__(message)
        self.why = why


class ConfigurationError(MadoguchiError):
    title = "設定に誤りがあります"
