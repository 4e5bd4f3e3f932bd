"""What a recogniser hears in a call that nobody has opened yet: hidden as well, kept once, no work for nothing."""

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desk.assist.handed import NobodyHands
from desk.assist.model import HandedCall, Heard, Segment, Speaker
from desk.assist.service import AssistDesk
from knowledge.errors import NotFound
from knowledge.privacy.redacted import RedactedText
from knowledge.store.database import Database
from tests.fakes.desk_house import NOW, DeskHouse, open_house

TURNS: tuple[tuple[Speaker, str], ...] = (
    ("operator", "お電話番号をお願いします"),
    ("citizen", "042の"),
    ("citizen", "333"),
    ("citizen", "4567です"),
)


@pytest.fixture
def house(database: Database, tmp_path: Path) -> DeskHouse:
    made = open_house(database, tmp_path)
    made.send("c1", "call_offered", NOW, line="main")
    return made


def said(house: DeskHouse, call_id: str = "c1") -> list[str]:
    return [one.text for one in house.desk.assist.transcript(call_id)]


def test_a_number_told_over_several_turns_is_hidden_as_on_the_operators_screen(house: DeskHouse) -> None:
    house.send("c2", "call_offered", NOW, line="main")
    opened = house.desk.assist.start("c2", "op1")
    for speaker, words in TURNS:
        assert not house.desk.assist.hear_call("c1", Heard(speaker, words))
        house.desk.assist.hear(opened.session_id, Heard(speaker, words), "op1")
    assert said(house) == said(house, "c2")
    assert not any(char.isdigit() for char in "".join(said(house)))


def test_the_answer_to_a_question_for_the_name_is_hidden(house: DeskHouse) -> None:
    house.desk.assist.hear_call("c1", Heard("operator", "お名前をお願いします"))
    house.desk.assist.hear_call("c1", Heard("citizen", "東です"))
    assert "東" not in said(house)[1]


def test_a_call_whose_number_looks_like_somebodys_is_found_by_it(house: DeskHouse) -> None:
    number = "09012345678"
    house.send(number, "call_offered", NOW, line="main")
    house.desk.assist.hear_call(number, Heard("citizen", "カードをなくしました"))
    known = house.desk.log.known_as(number)
    assert known != number
    assert said(house, known) == ["カードをなくしました"]
    state = house.desk.assist.start(known, "op1")
    assert house.desk.assist.hear_call(number, Heard("citizen", "どうすればいいですか"))
    assert house.desk.assist.hear_call(known, Heard("citizen", "お願いします"))
    assert len(house.desk.assist.transcript(state.call_id)) == 3


def test_two_recognisers_at_once_read_each_others_turns(house: DeskHouse) -> None:
    """One for each side of the line: what is kept comes one after the other, and each was read with the one before."""
    pieces = [Heard("citizen" if n % 2 else "operator", "333") for n in range(12)]
    threads = [threading.Thread(target=house.desk.assist.hear_call, args=("c1", one)) for one in pieces]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(said(house)) == 12
    assert not any(char.isdigit() for char in "".join(said(house)))


class Handed(NobodyHands):
    def __init__(self, said: tuple[Segment, ...]) -> None:
        self.said = said

    def find(self, call_id: str) -> HandedCall | None:
        return HandedCall(call_id, NOW, "asked_for_person", RedactedText(""), self.said)


class Told:
    def __init__(self) -> None:
        self.calls: list[str] = []

    def __call__(self, call_id: str) -> None:
        self.calls.append(call_id)


@pytest.fixture
def told() -> Told:
    return Told()


def desk_with(house: DeskHouse, told: Told, **given: Any) -> AssistDesk:
    return AssistDesk(replace(house.desk.assist._parts, on_heard=told, **given))


@pytest.mark.parametrize("opened", [False, True], ids=["unwatched", "watched"])
def test_only_what_was_kept_sets_anybody_to_work(house: DeskHouse, told: Told, opened: bool) -> None:
    desk = desk_with(house, told)
    if opened:
        desk.start("c1", "op1")
    asked = house.desk.assist._parts.answering.asked  # type: ignore[union-attr]
    for words in ("カードの", "カードの受け取りの", "カードの受け取りの持ち物は"):
        desk.hear_call("c1", Heard("citizen", words, final=False))
    desk.hear_call("c1", Heard("citizen", "   "))
    assert (told.calls, said(house), asked) == ([], [], [])
    desk.hear_call("c1", Heard("citizen", "カードの受け取りの持ち物は何ですか"))
    assert told.calls == ["c1"]
    assert len(asked) == (1 if opened else 0)


def test_an_interim_piece_takes_no_write_lock(house: DeskHouse, told: Told) -> None:
    desk = desk_with(house, told)
    with house.db.begin():
        desk.hear_call("c1", Heard("citizen", "カードの", final=False))


def test_a_call_nobody_announced_is_refused(house: DeskHouse) -> None:
    for final in (True, False):
        with pytest.raises(NotFound):
            house.desk.assist.hear_call("nobody", Heard("citizen", "カード", final=final))


def test_the_voicebots_last_question_counts_as_the_turn_before(house: DeskHouse, told: Told) -> None:
    asked = Segment("bot", RedactedText("お名前をお話しください"), 0, 0, None, handed=True)
    desk = desk_with(house, told, handed=Handed((asked,)))
    desk.hear_call("c1", Heard("citizen", "東です"))
    assert "東" not in said(house)[0]
