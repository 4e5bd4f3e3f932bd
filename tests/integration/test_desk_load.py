"""Twenty operators at once: nobody is refused, no call is lost or counted twice, sessions do not pile up."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from desk.assist.model import Heard
from desk.records.service import Step
from knowledge.faq.periods import period_of
from knowledge.store.database import Database
from tests.fakes.desk_house import DeskHouse, open_house

OPERATORS, CALLS = 20, 3


def one_operator(house: DeskHouse, number: int) -> int:
    """Takes three calls from the first word to the closed record."""
    operator = f"op{number:02d}"
    assist = house.desk.assist
    for _ in range(CALLS):
        session = assist.start("", operator).session_id
        assist.hear(session, Heard("citizen", "カードの受け取りの持ち物を教えてください"), operator)
        assist.hear(session, Heard("operator", "通知書と本人確認書類をお持ちください"), operator)
        assist.mark(session, "MH2019", "faq_used", operator)
        draft = assist.finish(session, operator)
        house.desk.records.save(draft.record_id, draft.content, draft.revision, operator, Step("done"))
    return CALLS


def test_an_hour_of_twenty_operators(database: Database, tmp_path: Path) -> None:
    house = open_house(database, tmp_path)
    with ThreadPoolExecutor(OPERATORS) as pool:
        done = sum(pool.map(lambda number: one_operator(house, number), range(OPERATORS)))
    assert done == OPERATORS * CALLS
    figures = house.desk.numbers.figures(period_of(house.clock.today(), "day"))
    assert figures["inbound"].n == figures["answered"].n == figures["faq_uses"].n == done
    assert (figures["fcr"].value, figures["first_answer_rate"].value) == (100.0, 100.0)
    assert house.desk.assist.open_sessions() == 0
