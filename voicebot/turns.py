"""When a caller has finished: Japanese sentence endings first, an acoustic model only where the words leave it open."""

import re
from typing import Protocol

from voicebot.dialogue.digits import spoken_digits
from voicebot.ports import Pause
from voicebot.settings import TurnSettings

_DONE = re.compile(
    r"(?:です|ます|ました|ません|ください|下さい|でしょう|ましょう|たい|ほしい|欲しい|だ|ない|いい|する|ある|った|んだ)(?:か|ね|よ|よね|かね|かな|わ|の)?$|"
    r"(?:か|かな|かしら|って|の|っけ|はい|いいえ|ええ|うん|そう|お願い|オペレーター|もう一度)$"
)
_OPEN = re.compile(
    r"(?:けど|けれど|けれども|が|ので|から|て|で|し|たら|れば|なら|と|は|も|を|に|へ|や|とか|という|ですけど|んですが|"
    r"ですが|ますが|えーと|えっと|あの|あのー|その|そのー|それで|あと|えー|んー)$"
)
_QUESTION_PARTICLE = re.compile(r"(?:ですか|ますか|んですか|でしょうか|ませんか)$")
_MARKS = re.compile(r"[\s、。,.!?！？…]+$")
_SHORT = re.compile(r"^(?:はい|いいえ|ええ|うん|いえ|[一二三四1234]番?|いち|に|さん|よん|もう一度|オペレーター)$")


class AcousticModel(Protocol):
    async def complete(self, pcm: bytes, sample_rate: int) -> float:
        """P(the speaker has finished)."""
        ...


class TextTurnPolicy:
    """No model: the last words decide."""

    def __init__(self, settings: TurnSettings) -> None:
        self._settings = settings

    async def wait_ms(self, pause: Pause) -> int:
        return text_wait_ms(pause, self._settings)


class SmartTurnPolicy:
    """Words first; where they leave it open, the acoustic model chooses between a short and a long wait."""

    def __init__(self, settings: TurnSettings, model: AcousticModel) -> None:
        self._settings = settings
        self._model = model

    async def wait_ms(self, pause: Pause) -> int:
        wait = text_wait_ms(pause, self._settings)
        if wait != self._settings.pause_ms or not pause.pcm:
            return wait
        chance = await self._model.complete(pause.pcm, pause.sample_rate)
        return self._settings.done_ms if chance >= 0.5 else self._settings.open_ms


def text_wait_ms(pause: Pause, settings: TurnSettings) -> int:
    """Milliseconds after the end of speech, by what was said."""
    text = _MARKS.sub("", pause.text)
    if pause.mode == "digits":
        digits = spoken_digits(text)
        # A number is complete when it can grow no further; そうでなければ the caller is reading the next group.
        return settings.done_ms if len(digits) >= 11 or _SHORT.match(text) else settings.digits_ms
    if not text:
        return settings.pause_ms
    if _SHORT.match(text) or _QUESTION_PARTICLE.search(text):
        return settings.done_ms
    if _OPEN.search(text):
        return settings.open_ms
    return settings.done_ms if _DONE.search(text) else settings.pause_ms
