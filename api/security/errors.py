"""Leaves of the error tree that carry what an HTTP answer needs: how long to wait, another status."""

from knowledge.errors import Forbidden, TooMany, Unauthenticated


class WaitBefore(TooMany):
    """Refused for now; `retry_after_secs` becomes the Retry-After header."""

    def __init__(self, message: str, retry_after_secs: int) -> None:
        super().__init__(message)
        self.retry_after_secs = retry_after_secs


class LockedOut(WaitBefore):
    title = "ログインを一時的に停止しています"


class BodyTooLarge(TooMany):
    status = 413
    title = "送信されたデータが大きすぎます"


class LoginIncomplete(Unauthenticated):
    """The password was right; `stage` says what is still missing (second_factor or enrolment)."""

    def __init__(self, stage: str) -> None:
        super().__init__("ログインがまだ完了していません。確認コードの入力に進んでください。")
        self.stage = stage


class CrossSite(Forbidden):
    title = "送信元を確認できません"


class OutsideNetwork(Forbidden):
    title = "この場所からは利用できません"
