"""Days of the week in a Japanese text: 火・木・土曜日, 平日, 土日祝 and 月〜金 in whole names; which are named, and whether as
open or closed. Pure."""

from collections.abc import Iterator

from knowledge.text.late_pattern import late_pattern

_WEEK = "月火水木金土日"
_HOLIDAY = "祝"
_DAYS = f"[{_WEEK}]"
_LIST = late_pattern(
    rf"(?<![一-龠\d])({_DAYS}(?:曜日?)?(?:[・、,と~〜-]|から|または|及び|および|や){_DAYS}?(?:{_DAYS}(?:曜日?)?|[・、,と~〜-]|から|または|及び|および|や)*{_DAYS}曜日?)"
)
_SHORT = late_pattern(rf"(?<![一-龠\d])({_DAYS})([~〜-]|から)({_DAYS})(?![一-龠\d])")
_WEEKEND = late_pattern("土[・、]?日[・、]?(祝)?(?:日|休日)?(?=[・、はがもにのでを。)]|以|及|お|と|や|年|$)")
_NAME = late_pattern(rf"({_DAYS})曜日?")
_NAMED = late_pattern(rf"({_DAYS})曜(?:日)?(?:(?:から|[~〜-])({_DAYS})曜)?")
_SINGLE = late_pattern(rf"({_DAYS})(?:曜日?)?")
_WORKDAYS = late_pattern("平日|開庁日")
_ALL = late_pattern("毎日|年中無休|365日|無休")


def whole_weekdays(plain: str) -> str:
    """火・木・土曜日 -> 火曜・木曜・土曜, 土日祝日 -> 土曜・日曜・祝日, 月〜金 -> 月曜〜金曜."""
    if "曜" in plain:
        plain = _LIST.sub(lambda m: _SINGLE.sub(r"\1曜", m[0]), plain)
        plain = _NAME.sub(r"\1曜", plain)
    plain = _SHORT.sub(r"\1曜\2\3曜", plain)
    return _WEEKEND.sub(lambda m: "土曜・日曜" + ("・祝日" if m[1] else ""), plain)


def named_days(plain: str) -> frozenset[str]:
    """Every day that a text with whole names of weekdays names, also inside a range and in 平日."""
    return frozenset(_days(plain))


def _days(plain: str) -> Iterator[str]:
    for match in _NAMED.finditer(plain):
        first = _WEEK.index(match[1])
        last = _WEEK.index(match[2]) if match[2] else first
        yield from (_WEEK[day % 7] for day in range(first, last + 1 if last >= first else last + 8))
    if _WORKDAYS.search(plain):
        yield from _WEEK[:5]
    if _ALL.search(plain):
        yield from _WEEK


_SENTENCE = late_pattern("[^。\n]+")
_YEAR_END = late_pattern("年末年始")
_HOLIDAYS = late_pattern("祝日(?![のに](?:とき|場合|当))|祝休日")
_DAY_OFF = late_pattern("[^、は]{0,8}(?:休館日|休業日|定休日|閉館日|閉庁日|休診日|お?休み)は")
_CLOSED = late_pattern(
    "(?<!無)休(?!日)|閉|除|(?:受け付け|行っ|開い|取り扱っ|お受けし|扱っ|やっ|返還し|実施し)て?(?:い|おり)?(?:ません|ない)|でき(?:ません|ない)"
)


def opening(plain: str) -> frozenset[tuple[str, bool]]:
    """Each named day, 祝日 and 年末年始 too, with True where the sentence says that it is open."""
    found: set[tuple[str, bool]] = set()
    for sentence in _SENTENCE.findall(plain):
        if _DAY_OFF.match(sentence):
            found.update((day, False) for day in _all_days(sentence))
            continue
        begin = 0
        for closed in _CLOSED.finditer(sentence):
            found.update((day, False) for day in _all_days(sentence[begin : closed.end()]))
            begin = closed.end()
        found.update((day, True) for day in _all_days(sentence[begin:]))
    return frozenset(found)


def _all_days(plain: str) -> Iterator[str]:
    yield from _days(plain)
    if _HOLIDAYS.search(plain):
        yield _HOLIDAY
    if _YEAR_END.search(plain):
        yield "年末年始"
