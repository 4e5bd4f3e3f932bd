"""Name, place and word lists that ship with the package, read once."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from knowledge.text.late_pattern import late_pattern

_WARD = late_pattern(r"(.+?市)(.+区)")
_RURAL = late_pattern(r".+?郡(.+[町村])")
_SUFFIXES = ("都", "道", "府", "県", "市", "区", "町", "村")


@dataclass(frozen=True, slots=True)
class Names:
    surnames: frozenset[str]
    given: frozenset[str]
    surname_readings: frozenset[str]
    given_readings: frozenset[str]
    """Readings in katakana, of common names only."""
    rare_surnames: frozenset[str]
    known_surname_readings: frozenset[str]
    known_given_readings: frozenset[str]
    """Far more than the common ones: trusted only beside a word that announces a name."""


@dataclass(frozen=True, slots=True)
class Places:
    prefectures: frozenset[str]
    municipalities: frozenset[str]
    """With and without 郡 or parent city: 札幌市中央区, 札幌市, 中央区, 上川郡上川町, 上川町."""
    stems: frozenset[str]
    """The same without their last character: a surname among them may be a place (松阪, 千葉)."""


@cache
def names() -> Names:
    surnames, surname_readings = _pairs("surnames.txt")
    given, given_readings = _pairs("given_names.txt")
    return Names(
        surnames,
        given,
        surname_readings,
        given_readings,
        frozenset(_lines("rare_surnames.txt")),
        surname_readings | frozenset(_lines("surname_readings.txt")),
        given_readings | frozenset(_lines("given_name_readings.txt")),
    )


def is_known_surname(word: str) -> bool:
    """Listed, common or rare; 東, 森 and 出口 are too, so a word beside it has to announce a name."""
    return word in names().surnames or word in names().rare_surnames


def is_plain_surname(word: str) -> bool:
    """Listed, and neither an ordinary word nor a place."""
    return len(word) > 1 and is_known_surname(word) and word not in _ordinary() and word not in places().stems


def is_plain_given_name(word: str) -> bool:
    """Listed in kanji, and no ordinary word."""
    return len(word) > 1 and word in names().given and word not in _ordinary_given()


def is_ordinary(word: str) -> bool:
    """A surname or a given name that is an ordinary word too."""
    return word in _ordinary() or word in _ordinary_given()


@cache
def _ordinary_given() -> frozenset[str]:
    return frozenset(_lines("ordinary_given_names.txt"))


@cache
def _ordinary() -> frozenset[str]:
    return frozenset(words("ordinary_surnames"))


@cache
def places() -> Places:
    prefectures: set[str] = set()
    municipalities: set[str] = set()
    for line in _lines("municipalities.txt"):
        prefecture, _, rest = line.partition("\t")
        prefectures.add(prefecture)
        for name in rest.split(" "):
            municipalities.update(_forms(name))
    stems = {name[:-1] for name in prefectures | municipalities if name.endswith(_SUFFIXES)}
    return Places(frozenset(prefectures), frozenset(municipalities), frozenset(stems))


def words(name: str) -> tuple[str, ...]:
    """One list of data/words.toml."""
    found: list[str] = _words()[name]
    return tuple(found)


@cache
def _words() -> dict[str, list[str]]:
    return tomllib.loads(_read("words.toml"))


def _forms(name: str) -> list[str]:
    """The name, and the parts that are said alone: 高市郡明日香村 is 明日香村 too, 京都市北区 is 京都市 and 北区."""
    if ward := _WARD.fullmatch(name):
        return [name, *ward.groups()]
    if rural := _RURAL.fullmatch(name):
        return [name, rural[1]]
    return [name]


def _pairs(file: str) -> tuple[frozenset[str], frozenset[str]]:
    rows = [line.partition("\t") for line in _lines(file)]
    return frozenset(row[0] for row in rows), frozenset(row[2] for row in rows if row[2])


def _lines(file: str) -> list[str]:
    return [line for line in _read(file).splitlines() if line and not line.startswith("#")]


def _read(file: str) -> str:
    return files("knowledge.privacy").joinpath("data", file).read_text(encoding="utf-8")
