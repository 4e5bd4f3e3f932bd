"""Errors that exist only because of HTTP."""

from knowledge.errors import MadoguchiError


class UnsupportedMedia(MadoguchiError):
    status = 415
    title = "送信されたデータの形式が違います"


class Unexpected(MadoguchiError):
    """What nobody foresaw; the cause is in the log and never in the answer."""

    status = 500
    title = "処理中に問題が起きました"


class HttpProblem(MadoguchiError):
    """A refusal by the framework (no such path, wrong method …) in our words."""

    def __init__(self, status: int, title: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.title = title


_KNOWN = {
    400: ("送信された内容を読み取れません", "送信された内容の形式を確認してください。"),
    404: ("見つかりません", "お探しのページや機能はありません。アドレスを確認してください。"),
    405: ("この操作はできません", "このアドレスでは、その操作（メソッド）は使えません。"),
    413: ("送信されたデータが大きすぎます", "データを分割して送信してください。"),
    415: ("送信されたデータの形式が違います", "Content-Type を確認してください。"),
}


def http_problem(status: int) -> HttpProblem:
    """The error for a status the framework chose."""
    title, message = _KNOWN.get(status, ("処理できません", "内容を確認して、もう一度お試しください。"))
    return HttpProblem(status, title, message)
