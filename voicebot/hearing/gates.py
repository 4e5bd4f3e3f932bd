"""What keeps noise and Whisper's inventions out: loudness, length, its own doubts, and well-known phrases."""

import re

from voicebot.domain import Transcript
from voicebot.speech.shape import rms

MIN_SECS = 0.12
MAX_COMPRESSION = 2.4
"""Text that compresses better than this repeats itself: a decoding loop."""
_INVENTED = re.compile(
    r"ご(?:視聴|清聴|覧いただき)(?:いただき)?(?:まして)?ありがとう|チャンネル登録|高評価|字幕(?:視聴|制作|作成|by)|"
    r"最後まで(?:ご視聴|見て)|次の動画|(?:Thanks|Thank you) for watching|Subtitles? by|MBC 뉴스|请不吝点赞",
    re.IGNORECASE,
)
_NO_LETTERS = re.compile(r"^[\s\W_]*$")
_LOOP = re.compile(r"(.{1,12}?)\1{5,}")
_CJK_SPACE = re.compile(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])")


def too_quiet(pcm: bytes, sample_rate: int, min_rms: float) -> str:
    """Reason not to transcribe at all, or ""."""
    if len(pcm) < MIN_SECS * sample_rate * 2:
        return "short"
    return "silence" if rms(pcm) < min_rms else ""


def judged(transcript: Transcript, no_speech: float, compression: float, no_speech_above: float) -> Transcript:
    """The transcript, emptied with a reason when it is likely invented."""
    reason = _doubt(transcript.text, no_speech, compression, no_speech_above, transcript.confidence)
    if not reason:
        return transcript
    return Transcript("", 0.0, transcript.lang, reason, transcript.took_ms)


def _doubt(text: str, no_speech: float, compression: float, no_speech_above: float, confidence: float) -> str:
    if _NO_LETTERS.match(text):
        return "empty"
    if _INVENTED.search(text):
        return "phrase"
    if compression > MAX_COMPRESSION or _LOOP.search(text):
        return "loop"
    return "no_speech" if no_speech > no_speech_above and confidence < 0.6 else ""


def joined(parts: list[str]) -> str:
    """Stretches of one turn as one text; spaces between Japanese characters would break exact search."""
    return _CJK_SPACE.sub("", " ".join(part.strip() for part in parts if part.strip()))
