"""Five hundred calls back to back leave nothing behind."""

import gc

from tests.fakes.voice import hangs_up, make_call, says
from voicebot.session import Session


def test_five_hundred_calls_leak_nothing() -> None:
    def calls(count: int) -> int:
        for number in range(count):
            make_call(says("カードの更新"), says("はい"), hangs_up() if number % 2 else says("いいえ"))
        gc.collect()
        return len(gc.get_objects())

    calls(20)
    before = calls(20)
    after = calls(500)
    assert not [thing for thing in gc.get_objects() if type(thing) is Session]
    assert after - before < 500, "less than one object a call stays"
