"""Entries of the directory have a last day: after it nobody is sent there, and the administrator is told."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from api.assist_view import AssistView
from knowledge.answering.handover import Handovers
from knowledge.errors import ConfigurationError
from knowledge.profile import CityProfile, directory_on, expired_entries, load_profile
from knowledge.profile.load import PROFILES
from tests.fakes.faq_entries import no_faq

LAST = date(2026, 11, 30)
AFTER = LAST + timedelta(days=1)


def own_city(folder: Path, valid_to: str) -> CityProfile:
    """みほん市 whose tax office and contact for complaints end."""
    text = (PROFILES / "mihon.toml").read_text(encoding="utf-8")
    for name in ('name = "県税事務所"', 'purpose = "complaint"'):
        assert text.count(name) == 1
        text = text.replace(name, f"{name}\nvalid_to = {valid_to}")
    file = folder / "own.toml"
    file.write_text(text, encoding="utf-8")
    return load_profile(file)


def test_an_entry_is_right_until_the_end_of_its_last_day(tmp_path: Path) -> None:
    city = own_city(tmp_path, LAST.isoformat())
    assert expired_entries(city, LAST) == ()
    assert directory_on(city, LAST) is city
    gone = expired_entries(city, AFTER)
    assert gone[0] == "県税事務所"
    assert len(gone) == 2
    assert "県税事務所" not in [one.name for one in directory_on(city, AFTER).departments]
    assert [one.purpose for one in directory_on(city, AFTER).escalation].count("complaint") == 0


def test_nobody_is_sent_to_an_expired_entry(tmp_path: Path) -> None:
    city = own_city(tmp_path, LAST.isoformat())
    before = Handovers(city, lambda: LAST).handoff("other_department", "不動産取得税のこと", "ja")
    after = Handovers(city, lambda: AFTER).handoff("other_department", "不動産取得税のこと", "ja")
    assert before.department == "県税事務所"
    assert after.department != "県税事務所"
    assert before.phone not in after.message


def test_operators_are_not_offered_an_expired_entry(tmp_path: Path) -> None:
    city = own_city(tmp_path, LAST.isoformat())
    now, later = AssistView(city, no_faq, lambda: LAST), AssistView(city, no_faq, lambda: AFTER)
    assert [one["name"] for one in now.directory("県税事務所")] == ["県税事務所"]
    assert later.directory("県税事務所") == []
    assert "県税事務所" not in [one["name"] for one in later.targets()]


def test_a_date_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as refused:
        own_city(tmp_path, '"来年"')
    assert "valid_to" in refused.value.message


def test_venues_say_hours_and_whether_to_book() -> None:
    city = load_profile("mihon")
    shown = AssistView(city, no_faq, lambda: LAST).venues()
    assert [one["name"] for one in shown] == [one.name for one in city.venues]
    assert shown[0]["booking"] == "予約をお勧め"
    assert "第2・第4土曜日" in shown[0]["hours"]
    assert {one["booking"] for one in shown} <= {"予約が必要", "予約をお勧め", "予約は不要", "市に確認"}
