"""What the voicebot needs of a city's profile. The centre's opening hours stay the profile's: one rule, one answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time

from knowledge.profile import CityProfile, IsHoliday, TimeSpan, japanese_holidays, spans_on
from knowledge.profile import Hours as CentreHours
from voicebot.domain import CityVoice, Hours

_TEXT_PREFIX = "voice_"
"""Announcements of the profile with this prefix replace the voicebot's own texts: voice_opening → opening."""
_LAST = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class OpenSpans(Hours):
    """A day with its breaks."""

    spans: tuple[TimeSpan, ...] = ()

    def holds(self, moment: time) -> bool:
        minute = moment.hour * 60 + moment.minute
        return any(span.opens_minute <= minute < span.closes_minute for span in self.spans)


class EveryDay(Mapping[date, Hours | None]):
    """Every day of the calendar with its hours as the profile has them; computed when asked."""

    def __init__(self, hours: CentreHours, is_holiday: IsHoliday) -> None:
        self._hours = hours
        self._is_holiday = is_holiday

    def __getitem__(self, day: date) -> Hours | None:
        spans = spans_on(self._hours, day, self._is_holiday)
        return OpenSpans(_time(spans[0].opens_minute), _time(spans[-1].closes_minute), spans) if spans else None

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date)

    def __iter__(self) -> Iterator[date]:
        """No list: it would not end."""
        return iter(())

    def __len__(self) -> int:
        return 0


def city_voice(profile: CityProfile, is_holiday: IsHoliday | None = None) -> CityVoice:
    """The voicebot's view of a profile."""
    centre = profile.centre
    texts = {
        key.removeprefix(_TEXT_PREFIX): text
        for key, text in profile.announcements.items()
        if key.startswith(_TEXT_PREFIX)
    }
    return CityVoice(
        profile.city,
        centre.name,
        centre.phone,
        special_days=EveryDay(centre.hours, is_holiday or japanese_holidays()),
        hours_text=f"受付時間は、{centre.hours.text.rstrip('。')}です",
        texts=texts,
        hotwords=tuple(dict.fromkeys((profile.city, *(venue.name for venue in profile.venues)))),
    )


def _time(minute: int) -> time:
    return _LAST if minute >= 24 * 60 else time(minute // 60, minute % 60)
