"""What the voicebot is built from. Chosen by the caller: the product, the command line, a test."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from knowledge.ports import Answering, Clock, Redactor
from knowledge.store.database import Database
from voicebot.calendar import japanese_holiday
from voicebot.domain import CityVoice
from voicebot.handoffs import TrialHandoff
from voicebot.ports import Handoff, Transcriber
from voicebot.settings import VoiceSettings

Holiday = Callable[[date], bool]
VOICE_FOLDER = "voice"
"""In the data folder: what the voice keeps in files."""


@dataclass(frozen=True, slots=True)
class VoiceParts:
    answering: Answering
    redactor: Redactor
    clock: Clock
    database: Database | None
    """None: nothing is stored, calls are for trying only."""
    city: CityVoice
    settings: VoiceSettings
    data_dir: Path
    handoff: Handoff = field(default_factory=TrialHandoff)
    holiday: Holiday = japanese_holiday
    transcriber: Transcriber | None = None
    """Used instead of the configured recogniser."""

    @property
    def folder(self) -> Path:
        return self.data_dir / VOICE_FOLDER

    @property
    def recordings_dir(self) -> Path:
        return recordings_dir(self.settings, self.data_dir)


def recordings_dir(settings: VoiceSettings, data_dir: Path) -> Path:
    return settings.recording.dir or data_dir / VOICE_FOLDER / "recordings"
