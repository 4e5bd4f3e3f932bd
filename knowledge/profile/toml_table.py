"""Typed reading of a TOML table: every wrong value is reported with its file and key."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from itertools import pairwise
from typing import Any, TypeVar, cast, get_args

from knowledge.errors import ConfigurationError
from knowledge.profile.hours import MINUTES_PER_DAY, TimeSpan
from knowledge.text.late_pattern import late_pattern

T = TypeVar("T")

_PHONE = late_pattern(r"#?\d[\d-]*\d")
_SPAN = late_pattern(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
_MONTH_DAY = late_pattern(r"(\d{2})-(\d{2})")
_LEAP_YEAR = 2024  # a yearly break may name February 29


class Table:
    """One TOML table. Call `close()` after reading: keys nobody asked for are typing errors."""

    def __init__(self, values: Mapping[str, Any], file: str, path: str = "") -> None:
        self._values = values
        self._file = file
        self._path = path
        self._seen: set[str] = set()

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def wrong(self, key: str, message: str) -> ConfigurationError:
        return ConfigurationError(f"{self._file} の {self._name(key)}：{message}")

    def close(self) -> None:
        """Refuse keys that were never read."""
        for key in self._values:
            if key not in self._seen:
                raise self.wrong(key, "知らない項目です。つづりを確認してください。")

    def text(self, key: str, default: str | None = None) -> str:
        value = self._get(key, str, "文字列", default)
        if default is None and not value.strip():
            raise self.wrong(key, "空にできません。")
        return value

    def phone(self, key: str) -> str:
        """A phone number as shown to citizens; "" when it is not known."""
        value = self._get(key, str, "文字列", "")
        if value and not _PHONE.fullmatch(value):
            raise self.wrong(key, f"電話番号は半角数字とハイフンで書いてください（{value}）。")
        return value

    def number(self, key: str, low: int, high: int, default: int | None = None) -> int:
        value = self._get(key, int, "整数", default)
        if isinstance(value, bool) or not low <= value <= high:
            raise self.wrong(key, f"{low}から{high}までの整数にしてください。")
        return value

    def optional_number(self, key: str, low: int, high: int) -> int | None:
        return self.number(key, low, high) if key in self else None

    def percent(self, key: str, default: float | None = None) -> float:
        value: object = self._get(key, object, "数", default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
            raise self.wrong(key, "0から100までの数にしてください。")
        return float(value)

    def flag(self, key: str, default: bool | None = None) -> bool:
        return self._get(key, bool, "true か false", default)

    def choice(self, key: str, literal: Any, default: T | None = None) -> Any:
        """A value of a `Literal` type."""
        return self._one_of(key, self._get(key, str, "文字列", default), literal)

    def choices(self, key: str, literal: Any) -> tuple[Any, ...]:
        return tuple(self._one_of(key, value, literal) for value in self.texts(key))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of non-empty strings without repeats; empty when the key is missing."""
        values = self._list(key, str, "文字列のリスト")
        if any(not value.strip() for value in values) or len(set(values)) < len(values):
            raise self.wrong(key, "空の値や同じ値が入っています。")
        return values

    def numbers(self, key: str, low: int, high: int) -> tuple[int, ...]:
        values = self._list(key, int, "整数のリスト")
        if any(isinstance(value, bool) or not low <= value <= high for value in values):
            raise self.wrong(key, f"{low}から{high}までの整数のリストにしてください。")
        return values

    def day(self, key: str, default: date | None = None) -> date:
        value = self._get(key, date, "日付（例 2027-03-29）", default)
        if isinstance(value, datetime):
            raise self.wrong(key, "時刻のない日付にしてください。")
        return value

    def optional_day(self, key: str) -> date | None:
        return self.day(key) if key in self else None

    def month_day(self, key: str) -> tuple[int, int]:
        """A day of any year written "12-29"."""
        match = _MONTH_DAY.fullmatch(self.text(key))
        try:
            found = date(_LEAP_YEAR, int(match[1]), int(match[2])) if match else None
        except ValueError:
            found = None
        if found is None:
            raise self.wrong(key, "月と日を「12-29」の形で書いてください。")
        return (found.month, found.day)

    def spans(self, key: str) -> tuple[TimeSpan, ...]:
        """Opening spans written "08:30-17:15", in order and not overlapping."""
        spans = tuple(self._span(key, text) for text in self.texts(key))
        if any(later.opens_minute < earlier.closes_minute for earlier, later in pairwise(spans)):
            raise self.wrong(key, "時間帯は早い順に、重ならないように書いてください。")
        return spans

    def mapping(self, key: str, kind: type[T]) -> dict[str, T]:
        """A table of plain values of one kind; empty when the key is missing."""
        values = self._get(key, dict, "表", {})
        for name, value in values.items():
            if not isinstance(value, kind) or isinstance(value, bool) or value == "":
                raise self.wrong(f"{key}.{name}", "値の種類が違うか、空です。")
        return cast(dict[str, T], values)

    def table(self, key: str, read: Callable[["Table"], T]) -> T:
        """A sub-table, read and closed."""
        return self._read(self._get(key, dict, "表", None), key, read)

    def optional_table(self, key: str, read: Callable[["Table"], T]) -> T | None:
        return self.table(key, read) if key in self else None

    def tables(self, key: str, read: Callable[["Table"], T]) -> tuple[T, ...]:
        """An array of tables; empty when the key is missing."""
        values = self._list(key, dict, "表のリスト")
        return tuple(self._read(value, f"{key}[{place}]", read) for place, value in enumerate(values, start=1))

    def _read(self, values: Mapping[str, Any], key: str, read: Callable[["Table"], T]) -> T:
        inner = Table(values, self._file, self._name(key))
        result = read(inner)
        inner.close()
        return result

    def _span(self, key: str, text: str) -> TimeSpan:
        match = _SPAN.fullmatch(text)
        if match:
            parts = [int(part) for part in match.groups()]
            span = TimeSpan(parts[0] * 60 + parts[1], parts[2] * 60 + parts[3])
            in_clock = parts[1] < 60 and parts[3] < 60
            if in_clock and span.opens_minute < span.closes_minute <= MINUTES_PER_DAY:
                return span
        raise self.wrong(key, f"時間帯は「08:30-17:15」の形で書いてください（{text}）。")

    def _one_of(self, key: str, value: str, literal: Any) -> str:
        allowed = get_args(literal)
        if value not in allowed:
            raise self.wrong(key, f"{'、'.join(allowed)} のどれかにしてください（{value}）。")
        return value

    def _list(self, key: str, kind: type[T], description: str) -> tuple[T, ...]:
        values = self._get(key, list, description, [])
        if any(not isinstance(value, kind) for value in values):
            raise self.wrong(key, f"{description}にしてください。")
        return tuple(values)

    def _get(self, key: str, kind: type[T], description: str, default: Any) -> T:
        self._seen.add(key)
        value = self._values.get(key, default)
        if value is None:
            raise self.wrong(key, "この項目が必要です。")
        if not isinstance(value, kind):
            raise self.wrong(key, f"{description}にしてください。")
        return value

    def _name(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key
