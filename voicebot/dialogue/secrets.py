"""Numbers a caller must not say: 個人番号, 暗証番号, card numbers. Shape decides, not check digits."""

import re
from collections.abc import Iterable

from knowledge.privacy.digits import digit_runs
from knowledge.privacy.turns import only_digits
from voicebot.dialogue.digits import spoken_digits

_CUE = re.compile(
    r"マイナンバー(?!カード)|個人番号(?!カード)|暗証番号|パスワード|クレジットカード|カード番号|ピン(?:コード|番号)|PIN"
)
_DECLARES = re.compile(r"(?:は|が|って|わ)[、。\s]*(?:えー?と?|ええと|あの)?[、。\s]*$")
_LONG = 11
"""More digits than a phone number has."""


def says_secret(text: str, kinds: Iterable[str], stop_kinds: Iterable[str], before: str = "") -> bool:
    """True when the caller is saying, or has begun to say, a number that must not be heard.

    `before` holds the digits of the turn so far: a number said with pauses arrives in pieces.
    """
    if set(kinds) & set(stop_kinds):
        return True
    for run in digit_runs(text):
        if len(run.value) > _LONG:
            return True
        head = text[: run.start]
        if len(run.value) >= 4 and _CUE.search(head) and _DECLARES.search(head):
            return True
    return len(before + spoken_digits(text)) > _LONG and bool(before) and only_digits(text)
