"""Yes or no, must or may: every statement of that kind in a canonical Japanese text, with its place. Pure, rules only."""

import re
from dataclasses import dataclass
from typing import Literal

Class = Literal[
    "free",
    "fee",
    "need",
    "no_need",
    "without",
    "lacking",
    "can",
    "cannot",
    "must_not",
    "is_not",
    "not",
    "please",
    "plain",
]

_POTENTIAL = "(?:[えけせてねめげべ]|(?<![さら])れ|られ)"
_FEES = "(?:手数料|費用|料金|お金|代金|通信料|利用料)(?:は|も|が|など)?(?:一切|特に)?"
_PERMITTED = (
    "(?:よい|いい|良い|よく|結構|構いません|かまいません|構わ|かまわ|大丈夫|差し支え(?:は)?(?:あり|ござい)ません"
    "|問題(?:は)?(?:あり|ござい)ません)"
)
_NOTHING = re.compile(
    "申し訳(?:あり|ござい)ません|な[くき](?:し|さ)(?=[またてなれ、])|少な(?:い|く)|やむを得ない|ほかならない"
)
"""Negative in form only: なくした is 紛失した."""
# The first that matches wins, so longer and double negations stand first.
_PATTERNS: tuple[tuple[Class, str], ...] = (
    ("no_need", r"(?:なければならない|なければいけない|必要がある|義務がある)(?:という)?(?:決まり|きまり|こと|もの|わけ|義務)?(?:は|では)?(?:あり|ござい)ません"),
    ("lacking", r"(?<=[がは])な(?:いと|ければ)(?=、?[^、。]{1,24}ません)"),
    ("need", r"(?:なけれ|なくて|ねば?|ないと)(?:ば|は)?(?:なりません|ならない|ならず|いけません|いけない|だめ)"),
    ("no_need", rf"(?:なくて|ないで|なく)も?、?{_PERMITTED}"),
    ("without", r"(?<=[がはも])なくても|(?<=て)いなくても|(?<=[一-龠ァ-ー])なしで(?:も|は)?"),
    ("can", r"(?:構い|かまい|差し支え(?:は)?(?:あり|ござい)|問題(?:は)?(?:あり|ござい))ません|かまわない|構わない|かもしれ(?:ません|ない)"),
    ("free", rf"無料|無償|{_FEES}(?:かかりません|かからず|かからない|不要|要りません|いりません|必要(?:あり|ござい)ません|発生しません|(?:あり|ござい)ません)|(?<!\d)0円"),
    ("fee", rf"有料|{_FEES}[^。、]{{0,30}}?(?:かかり|かかる|発生し|必要|いただき)|(?:ご?(?:自身|本人|自己)の?)負担"),
    ("no_need", r"(?:必要|義務)(?:は|が|も|など)?(?:原則として|原則|特に|一切)?(?:あり|ござい)ません|(?:必要|義務)(?:は|が|も)?(?:原則として|原則|特に|一切)?(?:ない|無い|なく|なし|ございませ)|必要(?:に|と)は?(?:なり|し|され)(?:ません|ない)|(?<!転送)不要(?!の)|(?:要|い)りません|要ら[なず]|いら[なず]|自由(?=です|に|で)|求めて(?:い|おり)ません|任意"),
    ("can", r"(?:でき|出来|え|け|せ|れ)なくなりません|(?:できない|れない|えない)(?:場合|こと)(?:が|は|も)?(?:あり|ござい)ません"),
    ("must_not", r"ないでください|ないよう(?:に)?(?:(?:お願い(?:し|いたし)ます|(?:して|ご注意)ください))?|(?<=[かさたなまらわばが])ずに?(?=、[^、。]{1,40}(?:ください|お願い))|禁止|禁じ|おやめください|お忘れなく|ご遠慮|避けて|おすすめしません|お勧めしません"),
    ("cannot", rf"(?:問題|支障|差し支え)(?:は|が)?(?:あり|ござい)ます|(?:でき|出来)(?:ません|ない|ず|なく|かね|なかっ)|不可能?|いただけ(?:ません|ない)|(?:受け付け|お受け|対応|発行)して(?:おり|い)?(?:ません|ない)|認められ(?:ません|ない)|対象外|対象(?:に|とは|と)?(?:は)?(?:なりません|ならない)|対象では(?:ありません|ない)|{_POTENTIAL}ません|{_POTENTIAL}な(?:い|く)(?!か)|(?:[えけてねめげべ]|(?<!さ)れ)ず(?=、)|困難|かねます"),
    ("is_not", r"(?:では|じゃ|とは)(?:あり|ござい)ません|(?:では|じゃ)ない|ではなく|いいえ|わけではな"),
    ("not", r"ません|(?<=て)い?な(?:い|く|かっ)|(?<=[かさたなまらわばがはもあし])な(?:い|かっ|く(?=て))|(?<=[かさたなまらわばがあせ])ず(?=、|に|と)|(?<=[はがも])(?:ない|無い|なく|なし)"),
    ("need", r"必要(?!な(?:方|人|書類))|要ります|要る(?=[。、のと])|(?<=[はがも])い(?:ります|る(?=[。、のと]))|義務|必須|必ず"),
    ("please", r"ください|お願い(?:し|いたし|申し)ます|いただき(?:ます|たく)|てもら"),
    ("can", rf"(?:でき|出来)(?:ます|る|れば|て|た)|可能|いただけ(?:ます|る)|{_POTENTIAL}ます|でき(?=、)|(?:使え|受け取れ|取れ|直せ|出せ|選べ|戻せ|返せ|渡せ)[るてば]|(?:[えけせてねめげべ]|(?<![さら])れ)る(?=場合|とき|方|人)"),
    ("plain", r"(?<=[きえけせてねめれげべいりらちびみしぎじ])ます|です|ました|までで(?=、)|(?<=[一-龠])[いきぎしちびみり](?=、)|(?<=[一-龠ぁ-ん])[うくぐすつぬぶむる](?=\n|。|$)"),
)  # fmt: skip
_TAIL = "(?:です|で(?=、)|に?なります|となります|になる|となる|があります|があり(?=、))?(?:る?(?:場合|こと)[がも]あ(?:ります|る))?"
_COMPILED = tuple((name, re.compile(f"(?:{pattern}){_TAIL}")) for name, pattern in _PATTERNS)
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?\n]*")
_OF_A_NOUN = re.compile(
    "(?:た?場合(?![がも]あ)|た?とき|時|方(?!法)|人|もの|うち|間|お子|[ァ-ヶ]{2})|と(?=[、失使])|なら|ば(?=、)|であれ|でした?ら|たら|ほう|こと(?=[がをの](?:分|わ|示|証|知|確))|でも|く?ても|で(?=、)|た?(?!場合[がも]あ)[一-龠]"
)
_CLAUSE = re.compile("(?<!は)、|[；;×()]")

SUPPORTS: dict[Class, frozenset[Class]] = {
    "free": frozenset({"free"}),
    "fee": frozenset({"fee"}),
    "need": frozenset({"need", "please", "lacking"}),
    "lacking": frozenset({"lacking", "need", "please", "not", "cannot", "plain"}),
    "no_need": frozenset({"no_need", "without"}),
    "without": frozenset({"without", "no_need", "not", "can", "plain"}),
    "can": frozenset({"can", "plain", "please"}),
    "cannot": frozenset({"cannot", "not", "must_not", "is_not"}),
    "must_not": frozenset({"must_not", "cannot", "not"}),
    "is_not": frozenset({"is_not", "cannot", "not"}),
    "not": frozenset({"not", "cannot", "is_not", "no_need", "must_not"}),
    "please": frozenset({"please", "need", "can", "plain"}),
    "plain": frozenset({"plain", "can", "please", "need", "fee"}),
}
"""Which statement of the source carries which statement of the text made from it."""


RIVALS: dict[Class, frozenset[Class]] = {
    "free": frozenset({"fee"}),
    "fee": frozenset({"free", "no_need"}),
    "without": frozenset({"need", "lacking"}),
    "lacking": frozenset({"without", "no_need"}),
    "need": frozenset({"no_need", "without", "lacking", "can", "cannot", "not", "is_not", "must_not", "free"}),
    "no_need": frozenset({"need", "lacking", "please", "plain", "fee"}),
}
"""What speaks against a statement; for the classes not named, everything that does not carry it."""
MILD = frozenset[Class]({"plain", "without", "lacking"})
"""What may be said although the source says nothing of the kind, as long as nothing speaks against it."""
INDIRECT = 0.85
"""How well another class carries a statement, compared with the same one."""


def carried(said: Class, known: Class) -> float:
    """1 for the same class, less for one that amounts to it, 0 for one that does not."""
    return 1.0 if said == known else INDIRECT if known in SUPPORTS[said] else 0.0


def opposed(said: Class, known: Class) -> bool:
    return known in RIVALS[said] if said in RIVALS else known not in SUPPORTS[said]


@dataclass(frozen=True, slots=True)
class Statement:
    """`start`..`end`: the words that decide; `context_start`: where what they are said of begins."""

    kind: Class
    start: int
    end: int
    context_start: int
    conditional: bool = False
    """Said of a case or a kind of person (できない場合, お持ちでない方), not of the matter itself."""
    first: bool = False
    """In the first sentence: the question belongs to what it is said of."""


def statements(plain: str) -> list[Statement]:
    """In order. A sentence that decides nothing is one `plain` statement."""
    found: list[Statement] = []
    for number, sentence in enumerate(_SENTENCE.finditer(plain)):
        start, end = sentence.span()
        inside = _in_sentence(plain, start, end, number == 0)
        found += inside or [Statement("plain", end, end, start, first=number == 0)]
    return found


def _in_sentence(plain: str, start: int, end: int, first: bool) -> list[Statement]:
    taken: list[tuple[int, int, Class]] = []
    rest = _NOTHING.sub(lambda m: "\0" * len(m[0]), plain[start:end])
    for name, pattern in _COMPILED:
        for match in pattern.finditer(rest):
            taken.append((start + match.start(), start + match.end(), name))
        rest = pattern.sub(lambda m: "\0" * len(m[0]), rest)
    found: list[Statement] = []
    begin, last = start, start
    for a, b, name in sorted(taken):
        # What one statement is said of ends where a clause ends after it: 予約は不要で、費用は…
        clause = _CLAUSE.search(plain, last, a) if last > start else None
        if clause is not None:
            begin = clause.end()
        aside = name != "without" and (
            _OF_A_NOUN.match(plain, b) is not None or (name == "not" and plain[b - 1] in "ずで")
        )
        found.append(Statement(name, a, b, begin, aside, first))
        if name == "without":  # what follows is said of something else: 予約なしで受け取れます
            begin = b
        if not aside:
            last = b
    return found
