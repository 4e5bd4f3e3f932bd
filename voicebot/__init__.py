"""The voicebot: a caller asks by voice and is answered, asked back, or handed to a person."""

from voicebot.domain import CityVoice
from voicebot.parts import VoiceParts
from voicebot.services import VoiceServices
from voicebot.settings import VoiceSettings
from voicebot.status import VoiceStatus, voice_status

__all__ = ["CityVoice", "VoiceParts", "VoiceServices", "VoiceSettings", "VoiceStatus", "voice_status"]
