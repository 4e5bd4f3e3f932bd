"""Yes or no, must or may: every statement of that kind in a canonical Japanese text, with its place. Pure, rules only."""

from dataclasses import dataclass
from typing import Literal

from knowledge.text.late_pattern import late_pattern

Class = Literal[
    "free",
    "fee",
    "amount",
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
_NOTHING = late_pattern(
    "(?:\\d(?:歳|か月|日|年|人|円|点)に(?:満た|達し|達してい|なってい|なら)な[いか])|(?:だけ|のみ|ばかり)で(?:は)?なく|申し訳(?:あり|ござい)ません|な[くき](?:し|さ)(?=[またてなれ、])|(?<=[はがも])なく(?=な[るりっら])|少な(?:い|く)|やむを得ない|ほかならない"
)
"""Negative in form only: なくした is 紛失した."""
# The first that matches wins, so longer and double negations stand first.
_PATTERNS: tuple[tuple[Class, str], ...] = (
    ("can", r"禁(?:止|じ)[^、。]{0,6}(?:ません|ない)"),
    ("can", r"(?:失効|無効に)(?:は|と)?(?:し|なり)?(?:ません|ない)"),
    ("can", r"しか[^、。]{0,14}?(?:ません|ない)"),
    ("no_need", r"(?:なければならない|なければいけない|必要がある|義務がある)(?:という)?(?:決まり|きまり|こと|もの|わけ|義務)?(?:は|では)?(?:あり|ござい)ません"),
    ("lacking", r"(?<=[がは])な(?:いと|ければ)(?=、?[^、。]{1,24}ません)"),
    ("need", r"(?:なけれ|なくて|ねば?|ないと)(?:ば|は)?(?:なりません|ならない|ならず|いけません|いけない|だめ)|(?:ずに|なくて)(?:は|も)?済(?:みません|まない)"),
    ("no_need", rf"(?:なくて|ないで|なく)も?、?{_PERMITTED}"),
    ("no_need", r"(?:ずに|なくて(?:も)?)済(?:み(?:ます)?|む)|には及びません|省(?:け|略でき)(?:ます|る)"),
    ("without", r"(?<=[がはもかさたなまらわば])なくても|(?<=て)いなくても|(?<=[一-龠ァ-ー])なしで(?:も|は)?"),
    ("can", r"(?:構い|かまい|差し支え(?:は)?(?:あり|ござい)|問題(?:は)?(?:あり|ござい))ません|かまわない|構わない|かもしれ(?:ません|ない)"),
    ("free", rf"無料|無償|有料(?:に(?:なる|は)|では)(?:こと(?:は|が)?)?(?:なり|あり|ござい)ません|{_FEES}かかる(?:こと|場合)(?:は|が)(?:あり|ござい)ません|{_FEES}を?(?:いただ|頂)(?:きません|かず|いて(?:い|おり)ません)|{_FEES}(?:かかりません|かからず|かからない|不要|要りません|いりません|必要(?:あり|ござい)ません|発生しません|(?:あり|ござい)ません)|(?<!\d)0円"),
    ("fee", rf"有料|[1-9]\d*円(?:分)?(?:が|を)(?:別(?:に|途)|それぞれ)?(?:かか|必要|いただ)|{_FEES}[^。、]{{0,30}}?(?:かかり|かかる|発生し|必要|いただき)|{_FEES}(?:あり|ござい|要り|いり)ます|(?:ご?(?:自身|本人|自己)の?)負担"),
    ("no_need", r"(?:必要|義務)(?:は|が|も|など)?(?:原則として|原則|特に|一切)?(?:あり|ござい)ません|(?:必要|義務)(?:は|が|も)?(?:原則として|原則|特に|一切)?(?:ない|無い|なく|なし|ございませ)|必要(?:に|と)は?(?:なり|し|され)(?:ません|ない)|(?<!転送)不要(?!の)|(?:要|い)りません|(?:要|い)ら(?:ない?|ず)|自由(?=です|に|で)|求めて(?:い|おり)ません|任意"),
    ("can", r"(?:でき|出来|[えけせれめべてげね])なくな(?:り|ること(?:は|が|も)あり)ません|(?:できない|れない|えない)(?:場合|こと)(?:が|は|も)?(?:あり|ござい)ません"),
    ("must_not", r"ないでください|ないよう(?:に)?(?:(?:お願い(?:し|いたし)ます|(?:して|ご注意)ください))?|(?<=[かさたなまらわばが])ずに?(?=、[^、。]{1,40}(?:ください|お願い))|禁(?:止|じ)(?:です|(?:され|し|られ)て(?:い|おり)ます)?|おやめください|お忘れなく|ご遠慮(?:ください|いただいて(?:い|おり)ます|(?:を)?お?願い(?:し|いたし)?ます)?|お?(?:避け|さけ)(?:て(?:ください)?|ください)|(?<=と[もはを])お?(?:控え|ひかえ)て?(?:ください|いただ(?:き|け)ます|を?お?願い)|おすすめしません|お勧めしません"),
    ("not", r"(?<=決め|始め|止め|求め|付け|続け|避け|見せ|載せ|教え|伝え|答え|加え|捨て|入れ|忘れ|調べ|届け)(?:ません|な(?:い|く)(?!か))"),
    ("cannot", rf"(?:でき|出来|可能な|{_POTENTIAL})る?こと(?:は|が|も)(?:あり|ござい)ません|(?:問題|支障|差し支え)(?:は|が)?(?:あり|ござい)ます|(?:でき|出来)(?:ません|ない|ず|なく|かね|なかっ)|不可能?|お断り(?:(?:して)?(?:い|おり|し|いたし)ます)?|失効(?:(?:と|に)なります|します|する|した|しました)|無効(?:です|に?なり?ます)?|いただけ(?:ません|ない)|(?:受け付け|お受け|対応|発行)して(?:おり|い)?(?:ません|ない)|認められ(?:ません|ない)|対象外|対象(?:に|とは|と)?(?:は)?(?:なりません|ならない)|対象では(?:ありません|ない)|{_POTENTIAL}ません|{_POTENTIAL}な(?:い|く)(?!か)|(?:[えけてねめげべ]|(?<!さ)れ)ず(?=、)|困難|かねます"),
    ("is_not", r"(?:では|じゃ|とは)(?:あり|ござい)ません|(?:では|じゃ)ない|ではなく|いいえ(?!、[^。]*(?:\0|ません|ない))|わけではな"),
    ("not", r"ません|(?<=て)い?な(?:い|く|かっ)|(?<=[かさたなまらわばがはもあし])な(?:い|かっ|く(?=て))|(?<=[かさたなまらわばがあせ])ず(?=、|に|と)|(?<=[はがも])(?:ない|無い|なく|なし)"),
    ("need", r"必要(?!な(?:方|人|書類))|要ります|要る(?=[。、のと])|(?<=[はがも])い(?:ります|る(?=[。、のと]))|義務|必須|必ず"),
    ("please", r"ください|お願い(?:し|いたし|申し)ます|いただき(?:ます|たく)|てもら"),
    ("can", rf"(?:でき|出来)(?:ます|る|れば|て|た)|可能|いただけ(?:ます|る)|{_POTENTIAL}ます|でき(?=、)|(?:使え|受け取れ|取れ|直せ|出せ|選べ|戻せ|返せ|渡せ)[るてば]|(?:[えけせてねめげべ]|(?<![さら])れ)る(?=場合|とき|方|人)"),
    ("plain", r"(?<=[きえけせてねめれげべいりらちびみしぎじ])ます|です|ました|(?:まで|もの|制|対象)で(?=、)|(?<=[一-龠])[いきぎしちびみり](?=、)|(?<=[一-龠ぁ-ん])[うくぐすつぬぶむる](?=\n|。|$)"),
)  # fmt: skip
_TAIL = "(?:です|で(?=、)|に?なります|となります|になる|となる|があります|があり(?=、))?(?:る?(?:場合|こと)[がも]あ(?:ります|る))?"
_COMPILED = tuple((name, late_pattern(f"(?:{pattern}){_TAIL}")) for name, pattern in _PATTERNS)
_SENTENCE = late_pattern(r"[^。！？!?\n]+[。！？!?\n]*")
_OF_A_NOUN = late_pattern(
    "(?:、?(?:または|もしくは|あるいは)|という(?:場合|方|とき)|た?場合(?![がも]あ)|た?とき|時|方(?!法)|人|もの|うち|間|お子|[ァ-ヶー]{2}|の?であれ|のでした?ら|のなら)|と(?=[、失使])|なら|ば(?=、)|であれ|でした?ら|たら|ほう|こと(?=[がをの](?:分|わ|示|証|知|確))|でも|く?ても|で(?=、)|た?(?!場合[がも]あ)[一-龠]"
)
_PRICE = late_pattern(r"[1-9]\d*円")
COMMA = "(?:(?<![はや\u3400-\u9fff々ァ-ヶー\\d)」])|(?<=場合)|(?<=[時際後前日中間上末円分]))、"
"""Where a clause ends; the comma of a list of things ends none."""
_PRICED_CLAUSE = late_pattern(f"{COMMA}|[；;×]")
_CLAUSE = late_pattern(f"{COMMA}|[；;×()]")

SUPPORTS: dict[Class, frozenset[Class]] = {
    "free": frozenset({"free"}),
    "fee": frozenset({"fee", "amount"}),
    "amount": frozenset({"amount", "fee", "need", "please", "plain", "can"}),
    "need": frozenset({"need", "please", "lacking", "amount"}),
    "lacking": frozenset({"lacking", "need", "please", "not", "cannot", "plain"}),
    "no_need": frozenset({"no_need", "without", "not"}),
    "without": frozenset({"without", "no_need", "not", "can", "plain"}),
    "can": frozenset({"can", "plain", "please", "amount"}),
    "cannot": frozenset({"cannot", "not", "must_not", "is_not"}),
    "must_not": frozenset({"must_not", "cannot", "not"}),
    "is_not": frozenset({"is_not", "cannot", "not"}),
    "not": frozenset({"not", "cannot", "is_not", "no_need", "must_not", "without"}),
    "please": frozenset({"please", "need", "can", "plain", "amount"}),
    "plain": frozenset({"plain", "can", "please", "need", "fee", "amount"}),
}
"""Which statement of the source carries which statement of the text made from it."""


RIVALS: dict[Class, frozenset[Class]] = {
    "free": frozenset({"fee", "amount"}),
    "fee": frozenset({"free", "no_need"}),
    "amount": frozenset({"free", "no_need"}),
    "without": frozenset({"need", "lacking", "please"}),
    "lacking": frozenset({"without", "no_need"}),
    "need": frozenset({"no_need", "without", "lacking", "can", "cannot", "not", "is_not", "must_not", "free"}),
    "no_need": frozenset({"need", "lacking", "please", "plain", "fee", "amount"}),
    "can": frozenset({"cannot", "must_not", "not", "is_not", "need"}),
    "plain": frozenset({"cannot", "must_not", "not", "is_not", "no_need"}),
    "please": frozenset({"cannot", "must_not", "not", "is_not", "no_need", "without"}),
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
    sentence: int = 0
    """Where its sentence begins, whose topic it shares."""


def statements(plain: str) -> list[Statement]:
    """In order. A sentence that decides nothing is one `plain` statement."""
    found: list[Statement] = []
    for number, sentence in enumerate(_SENTENCE.finditer(plain)):
        start, end = sentence.span()
        inside = _in_sentence(plain, start, end, number == 0)
        found += inside or [Statement("plain", end, end, start, first=number == 0, sentence=start)]
    return found


def _in_sentence(plain: str, start: int, end: int, first: bool) -> list[Statement]:
    taken: list[tuple[int, int, Class]] = []
    rest = _NOTHING.sub(lambda m: "\0" * len(m[0]), plain[start:end])
    for name, pattern in _COMPILED:
        matches = list(pattern.finditer(rest))
        if matches:
            taken += [(start + match.start(), start + match.end(), name) for match in matches]
            rest = pattern.sub(lambda m: "\0" * len(m[0]), rest)
    found: list[Statement] = []
    begin, last = start, start
    for a, b, name in sorted(taken):
        # What one statement is said of ends where a clause ends after it: 予約は不要で、費用は…
        clause = _CLAUSE.search(plain, last, a) if last > start else None
        if clause is not None:
            begin = clause.end()
        aside = name not in ("without", "free", "fee") and (
            _OF_A_NOUN.match(plain, b) is not None
            or (name == "not" and plain[b - 1] in "ずで" and not plain.endswith("おらず", 0, b))
        )
        found.append(Statement(_priced(name, plain, begin, b), a, b, begin, aside, first, start))
        if name == "without":  # what follows is said of something else: 予約なしで受け取れます
            begin = b
        if not aside:
            last = b
    return found


def _priced(name: Class, plain: str, begin: int, end: int) -> Class:
    """2,000円です, 手数料2,000円が必要です and 2,000円をお持ちください all say that it costs."""
    if name not in ("plain", "please", "need", "fee"):
        return name
    own = max((m.end() for m in _PRICED_CLAUSE.finditer(plain, begin, end)), default=begin)
    return "amount" if _PRICE.search(plain, own, end) else name
