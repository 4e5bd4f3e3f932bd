"""The voicebot asks how many callers wait before it promises a person."""

import asyncio
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from api.voice.centre import CentreHandoff
from knowledge.errors import Unavailable
from knowledge.store.database import Database
from tests.fakes import bot_calls
from tests.fakes.desk_house import DeskHouse, open_house
from voicebot.configuration import HandoffSettings


@pytest.fixture
def house(sqlite: Database, tmp_path: Path) -> DeskHouse:
    return open_house(sqlite, tmp_path)


def available(house: DeskHouse, **settings: object) -> bool:
    return asyncio.run(CentreHandoff(house.desk, HandoffSettings.model_validate(settings)).available())


def queue(house: DeskHouse, call_id: str) -> None:
    house.send(call_id, "call_offered", line="main")
    house.send(call_id, "queue_entered")


def test_too_many_waiting_callers_are_an_overflow(house: DeskHouse) -> None:
    assert available(house, max_waiting=2)
    queue(house, "c1")
    assert available(house, max_waiting=2)
    queue(house, "c2")
    assert not available(house, max_waiting=2)
    assert available(house), "no limit is the default"
    house.send("c1", "answered", operator="op1")
    assert available(house, max_waiting=2), "somebody was answered"
    assert not available(house, max_waiting=2, operators=False)


def test_who_talks_with_the_voicebot_waits_for_nobody(house: DeskHouse) -> None:
    house.send("V1", "call_offered", line="main")
    assert not available(house, max_waiting=1)
    call, turns = bot_calls.handed_over("V1", house.clock.now())
    bot_calls.store(house.db, [(replace(call, outcome="open", ended_at=None), turns)])
    assert available(house, max_waiting=1)


def test_a_count_that_cannot_be_read_keeps_nobody_from_people(
    house: DeskHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down() -> None:
        raise Unavailable("使えません。")

    object.__setattr__(house.desk, "board", SimpleNamespace(now=down))
    assert available(house, max_waiting=1)
