"""The section [voice] of the product's settings, and what of it depends on the data folder."""

from pathlib import Path

from pydantic import Field, ValidationError

from knowledge.data_folder import DataFolder
from knowledge.errors import ConfigurationError
from knowledge.settings import Section, Settings
from voicebot.hearing.whisper import missing_files
from voicebot.settings import VoiceSettings


class HandoffSettings(Section):
    operators: bool = True
    """Whether people can take calls over; without them every hand-over becomes an offer to call back."""
    max_waiting: int = Field(default=0, ge=0, le=1000)
    """So many callers may wait for a person before the voicebot offers to call back instead; 0 sets no limit."""
    callback_within_hours: int = 4
    """Opening hours within which the centre promises to ring back."""


class PhoneSettings(VoiceSettings):
    """VoiceSettings with what concerns the product around the voicebot."""

    handoff: HandoffSettings = HandoffSettings()
    prepared_answers: int = 200
    """Published answers synthesised ahead of time, the most used first; 200 need about 200 MB."""


def phone_settings(settings: Settings) -> PhoneSettings:
    """Checked settings; an imported Whisper model is found by itself. Raises ConfigurationError."""
    try:
        chosen = PhoneSettings.model_validate(settings.voice)
    except ValidationError as exc:
        places = "、".join(".".join(("voice", *map(str, err["loc"]))) for err in exc.errors(include_input=False))
        raise ConfigurationError(f"設定を読み込めません。次の項目を確認してください：{places}") from exc
    if chosen.hearing.model_dir is not None:
        return chosen
    hearing = chosen.hearing.model_copy(update={"model_dir": imported_whisper(DataFolder(settings.data_dir))})
    return chosen.model_copy(update={"hearing": hearing})


def imported_whisper(folder: DataFolder) -> Path | None:
    """The most exact complete Whisper folder among the imported models, None when there is none."""
    found = sorted(folder.models.glob("whisper-*"), reverse=True)
    return next((path for path in found if not missing_files(path)), None)
