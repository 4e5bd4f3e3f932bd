"""The voicebot's view of the product: opening hours of the profile, settings, figures with intervals."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.production_rates import bot_figures
from knowledge.errors import ConfigurationError
from knowledge.faq.audited import Judged
from knowledge.profile import is_open as centre_is_open
from knowledge.profile import japanese_holidays, load_profile, profile_names
from knowledge.settings import load_settings
from voicebot.calendar import is_open
from voicebot.city import city_voice
from voicebot.configuration import imported_whisper, phone_settings
from voicebot.texts import load_texts

PROFILES = {name: load_profile(name) for name in profile_names()}
VOICES = {name: city_voice(profile) for name, profile in PROFILES.items()}
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))


@given(name=st.sampled_from(sorted(PROFILES)), at=MOMENTS)
def test_the_bot_is_open_exactly_when_the_centre_is(name: str, at: datetime) -> None:
    holidays = japanese_holidays()
    assert is_open(VOICES[name], at, holidays) == centre_is_open(PROFILES[name], at, holidays)


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_every_city_can_be_spoken_for(name: str) -> None:
    opening = load_texts(VOICES[name]).get("opening")
    assert PROFILES[name].centre.name in opening
    assert "AI" in opening


def test_the_year_end_closure_reaches_the_phone() -> None:
    new_year = datetime(2027, 1, 1, 3, tzinfo=UTC)
    assert not is_open(VOICES["mihon"], new_year, japanese_holidays())
    assert is_open(VOICES["mihon"], new_year + timedelta(days=10), japanese_holidays())
    assert VOICES["mihon"].special_days[date(2027, 1, 1)] is None


def test_settings_come_from_file_and_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "madoguchi.toml").write_text("[voice]\nmax_calls = 3\n[voice.speech]\nspeed = 0.9\n", encoding="utf-8")
    monkeypatch.setenv("MADOGUCHI_VOICE__AUDIOSOCKET__PEERS", '["10.1.0.0/16"]')
    found = phone_settings(load_settings(data_dir=tmp_path))
    assert (found.max_calls, found.speech.speed, found.audiosocket.peers) == (3, 0.9, ("10.1.0.0/16",))
    monkeypatch.setenv("MADOGUCHI_VOICE__MAX_CALLS", "many")
    with pytest.raises(ConfigurationError, match=r"voice\.max_calls"):
        phone_settings(load_settings(data_dir=tmp_path))


def test_an_imported_model_is_found_by_itself(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path)
    assert phone_settings(settings).hearing.model_dir is None
    complete = tmp_path / "models" / "whisper-small"
    (tmp_path / "models" / "whisper-unfinished").mkdir(parents=True)
    complete.mkdir()
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (complete / name).touch()
    assert phone_settings(settings).hearing.model_dir == complete
    from knowledge.data_folder import DataFolder

    assert imported_whisper(DataFolder(tmp_path)) == complete


def test_rates_by_hand() -> None:
    outcomes = {"completed": 3, "confirmed": 5, "handed_over": 2}
    audited = [Judged("confirmed", "right")] * 4 + [Judged("confirmed", "wrong"), Judged("completed", "right")]
    figures = bot_figures(outcomes, 2, audited)
    assert (figures.calls, figures.out_of_scope) == (12, 2)
    assert [(one.rate.hits, one.rate.total) for one in figures.rates] == [(8, 10), (5, 10), (4, 6), (1, 6)]


@given(
    st.dictionaries(st.sampled_from(["completed", "confirmed", "handed_over", "callback", "abandoned"]),
                    st.integers(0, 500)),
    st.lists(st.builds(Judged, st.sampled_from(["completed", "confirmed", "abandoned"]),
                       st.sampled_from(["right", "wrong", "should_hand_over", "faq_missing"])), max_size=60),
)  # fmt: skip
def test_the_rates_are_nested_and_lie_in_their_intervals(outcomes: dict[str, int], audited: list[Judged]) -> None:
    contained, confirmed, correct, harm = (one.rate for one in bot_figures(outcomes, 0, audited).rates)
    assert confirmed.hits <= contained.hits <= contained.total == confirmed.total == sum(outcomes.values())
    assert correct.hits + harm.hits <= correct.total == len(audited)
    for one in (contained, confirmed, correct, harm):
        assert 0 <= one.low <= one.high <= 1
        assert not one.total or one.low <= one.value <= one.high
