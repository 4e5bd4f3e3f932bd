"""The emergency announcement: one text that every call begins with while it is set."""

from pathlib import Path

from knowledge.privacy.redacted import RedactedText, approved


class EmergencyAnnouncement:
    """Switched by hand, in a file, so that it survives a restart; the settings may hold one as well."""

    def __init__(self, folder: Path, configured: str) -> None:
        self._path = folder / "emergency.txt"
        self._configured = configured

    @property
    def text(self) -> RedactedText:
        """Empty while it is off."""
        text = self._path.read_text(encoding="utf-8") if self._path.is_file() else self._configured
        return approved(text.strip())

    def switch(self, text: str) -> None:
        """On with this text, off with ""."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        part = self._path.with_suffix(".part")
        part.write_text(text.strip(), encoding="utf-8")
        part.replace(self._path)
