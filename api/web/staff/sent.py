"""A submitted form, read once, with each field as the text it is."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from api.web.staff.days import read_day, read_moment
from knowledge.errors import InvalidInput, Problem


class Sent:
    """The fields of a form; a field that is missing is empty."""

    def __init__(self, data: FormData) -> None:
        self._data = data

    def text(self, name: str) -> str:
        value = self._data.get(name)
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        return [value for value in self._data.getlist(name) if isinstance(value, str)]

    def number(self, name: str) -> int:
        """A whole number, 0 when the field is none."""
        value = self.text(name)
        return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0

    def day(self, name: str, message: str) -> date:
        """Raises InvalidInput, with `message` when the field is empty."""
        found = self.day_or_none(name)
        if found is None:
            raise InvalidInput(message, [Problem(message, column=name)])
        return found

    def day_or_none(self, name: str) -> date | None:
        """None for an empty field. Raises InvalidInput when it is no day."""
        return read_day(self.text(name), name)

    def moment(self, name: str) -> datetime | None:
        """A day and time in Japan; None for an empty field. Raises InvalidInput."""
        return read_moment(self.text(name), name)

    def flag(self, name: str) -> bool:
        """Whether a checkbox was ticked."""
        return bool(self.text(name))

    def upload(self, name: str) -> tuple[str, bytes]:
        """(file name, content) of a chosen file; both empty when none was chosen."""
        value = self._data.get(name)
        if not isinstance(value, UploadFile) or not value.filename:
            return "", b""
        return value.filename, value.file.read()

    def uploads(self, name: str) -> list[tuple[str, bytes]]:
        """(file name, content) of every chosen file."""
        files = (value for value in self._data.getlist(name) if isinstance(value, UploadFile))
        return [(one.filename, one.file.read()) for one in files if one.filename]

    def pairs(self) -> list[tuple[str, str]]:
        """Every text field in its order, names that occur several times as often."""
        return [(name, value) for name, value in self._data.multi_items() if isinstance(value, str)]

    def all_texts(self) -> dict[str, str]:
        """Every text field by name, the last one of a name."""
        return {name: value for name, value in self._data.multi_items() if isinstance(value, str)}


async def _read(request: Request) -> AsyncIterator[Sent]:
    async with request.form() as data:
        yield Sent(data)


Form = Annotated[Sent, Depends(_read)]
