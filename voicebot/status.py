"""What works and what is missing, in words an administrator understands."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from voicebot.hearing.whisper import missing_files
from voicebot.settings import HearingSettings, SpeechSettings, VoiceSettings


@dataclass(frozen=True, slots=True)
class VoiceStatus:
    runtime: bool
    """The audio runtime is installed: calls with sound are possible."""
    hearing: bool
    speaking: bool
    active_calls: int = 0
    problems: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    """What can be spoken; empty until the voice has been loaded."""

    @property
    def summary(self) -> str:
        if not self.runtime or not self.speaking:
            return "音声では話せません。画面の文字による案内だけが使えます。"
        if not self.hearing:
            return "声の聞き取りはできません。電話はキー操作と折り返し受付、画面は文字で使えます。"
        return "音声による案内が使えます。"


def runtime_problem() -> str:
    missing = [name for name in ("pipecat", "soxr") if find_spec(name) is None]
    if missing:
        return f"音声の部品が入っていません：{'、'.join(missing)}（追加の部品 [voice] を入れてください）"
    return ""


def hearing_problem(settings: HearingSettings) -> str:
    if settings.kind == "scripted":
        return ""
    if settings.kind == "none":
        return "声の聞き取りは、設定で止めてあります。"
    if find_spec("faster_whisper") is None:
        return "音声認識の部品が入っていません（追加の部品 [voice] を入れてください）。"
    return missing_files(settings.model_dir)


def speech_problem(settings: SpeechSettings) -> str:
    if settings.kind == "none":
        return "読み上げは、設定で止めてあります。"
    if settings.kind == "openjtalk" and find_spec("pyopenjtalk") is None:
        return "読み上げの部品が入っていません（追加の部品 [voice] を入れてください）。"
    if settings.kind == "piper":
        return _piper_problem(settings.piper_voice)
    return ""


def _piper_problem(voice: Path | None) -> str:
    if find_spec("piper") is None:
        return "Piper の部品が入っていません（追加の部品 [piper] を入れてください）。"
    if voice is None or not voice.is_file():
        return "Piper の音声ファイルが設定されていません。"
    return ""


def voice_status(settings: VoiceSettings, active_calls: int = 0, languages: tuple[str, ...] = ()) -> VoiceStatus:
    """State by looking at files and installed parts only: nothing is loaded."""
    runtime, hearing, speech = runtime_problem(), hearing_problem(settings.hearing), speech_problem(settings.speech)
    problems = tuple(problem for problem in (runtime, speech, hearing) if problem)
    return VoiceStatus(not runtime, not hearing, not speech, active_calls, problems, languages)
