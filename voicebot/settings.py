"""Settings of the voicebot, with reasons. A section of the product's settings, or built by the caller."""

from pathlib import Path
from typing import Literal

from pydantic import SecretStr

from knowledge.settings import Section


class HearingSettings(Section):
    kind: Literal["auto", "whisper", "scripted", "none"] = "auto"
    """auto: Whisper when a model folder is there, otherwise keys and text only."""
    model_dir: Path | None = None
    """Local CTranslate2 folder (`madoguchi models import`); never downloaded."""
    device: Literal["auto", "cpu", "cuda"] = "cpu"
    compute_type: str = "int8"
    threads: int = 2
    workers: int = 1
    beam_size: int = 1
    window_secs: float = 30.0
    """Encoder window. 8–10 s is eight times cheaper on a CPU, but its accuracy must be checked on own audio."""
    detect_language: bool = False
    reject_below: float = 0.25
    """Below this confidence the caller is asked to say it again."""
    confirm_below: float = 0.55
    """Below this confidence 「◯◯についてですね」 is asked instead of answering."""
    no_speech_above: float = 0.6
    min_rms: float = 0.0025
    timeout_secs: float = 20.0


class SpeechSettings(Section):
    kind: Literal["openjtalk", "piper", "none"] = "openjtalk"
    processes: int = 1
    """Open JTalk holds one global lock: more speed needs more processes, not threads."""
    speed: float = 1.0
    piper_voice: Path | None = None
    espeak: bool = True
    """Speak other languages with eSpeak NG where the system has it and no Piper voice is given for them."""
    cache_dir: Path | None = None
    cache_mb: int = 256
    memory_cache_mb: int = 32


class TurnSettings(Section):
    policy: Literal["text", "smart"] = "text"
    vad_start_secs: float = 0.13
    """Speech this long makes the bot fall silent; after a mere 相づち or a noise it goes on where it was. A longer wait
    misses short words before a pause (「え、…」) and then hears the caller only at the next one."""
    vad_stop_secs: float = 0.2
    vad_confidence: float = 0.7
    vad_min_volume: float = 0.3
    """pipecat's 0.6 cuts quiet callers short."""
    done_ms: int = 250
    """After a sentence that sounds finished (…ですか, …ください)."""
    pause_ms: int = 700
    open_ms: int = 1400
    """After a dangling form (…けど, …ので, …は)."""
    digits_ms: int = 2500
    segment_secs: float = 20.0
    """A stretch of speech is transcribed at the latest after this."""


class DialogueSettings(Section):
    max_reasks: int = 2
    max_turns: int = 60
    silence_secs: float = 8.0
    digits_silence_secs: float = 15.0
    screen_silence_secs: float = 60.0
    """On the browser page people read and type, and a pause means nothing yet."""
    filler_secs: float = 1.0
    answer_timeout_secs: float = 15.0
    slow_speed: float = 0.8
    loud_gain: float = 1.8
    stop_kinds: tuple[str, ...] = ("my_number", "secret", "credit_card", "residence_card", "licence")
    """Personal data the caller is stopped from saying."""


class RecordingSettings(Section):
    enabled: bool = False
    dir: Path | None = None
    retain_days: int = 90


class AudioSocketSettings(Section):
    enabled: bool = False
    host: str = "127.0.0.1"
    port: int = 9019
    peers: tuple[str, ...] = ("127.0.0.1/32",)
    """Networks that may connect; AudioSocket itself knows neither passwords nor TLS."""
    registered_only: bool = True
    """Accept only call UUIDs announced before by the PBX (POST of the dialplan)."""
    registration_secs: float = 60.0
    uuid_timeout_secs: float = 2.0


class TwilioSettings(Section):
    enabled: bool = False
    auth_token: SecretStr = SecretStr("")
    public_url: str = ""
    """The wss:// address as the provider knows it; its signature covers it."""


class VoiceSettings(Section):
    enabled: bool = True
    hearing: HearingSettings = HearingSettings()
    speech: SpeechSettings = SpeechSettings()
    turns: TurnSettings = TurnSettings()
    dialogue: DialogueSettings = DialogueSettings()
    recording: RecordingSettings = RecordingSettings()
    audiosocket: AudioSocketSettings = AudioSocketSettings()
    twilio: TwilioSettings = TwilioSettings()
    max_calls: int = 8
    """More calls than this hear the overflow text and keep only the keypad and call-back path."""
    emergency_announcement: str = ""
    """Spoken first on every call while set (災害・障害のお知らせ)."""
    retain_days: int = 365
    """Age at which call records are deleted."""
