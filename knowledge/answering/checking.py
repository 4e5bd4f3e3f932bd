"""`Checker`: the grounding rules with the city's dictionary and directory, ready to use by everything that generates."""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from importlib.resources import files

from knowledge.answering import omissions
from knowledge.answering.grounding import ReadText, Vocabulary, Word, Words, read, unsupported
from knowledge.answering.reasons import Ground, Reason
from knowledge.answering.same_words import same_words
from knowledge.domain import FaqEntry, SynonymGroup
from knowledge.profile import CityProfile
from knowledge.text.facts import canonical, figures
from knowledge.text.morphs import Morph
from knowledge.text.tokens import FUNCTION_POS, Tokenizer, Unit

_KEPT_TEXTS = 512
_VERBAL = frozenset({"サ変可能", "サ変形状詞可能"})
_ADVERBIAL = frozenset({"副詞可能"})
"""近く, 以前, 限り: when and how much, which other rules look after."""
_COMPOUNDING = frozenset({"名詞", "接尾辞", "接頭辞"})
_DOING = frozenset(
    {
        "為る",
        "出来る",
        "頂く",
        "下さる",
        "致す",
        "為さる",
        "行く",
        "行う",
        "受ける",
        "済む",
        "必要",
        "不要",
        "可能",
        "願う",
    }
    | {"入る", "居る", "要る", "無い", "有る", "求める", "遠慮", "済み"}
)


class Checker:
    """Thread-safe. `directory`: phones (digits) and addresses (without scheme) that may always be named; `synonyms`: the
    city's groups of now."""

    def __init__(
        self,
        tokenizer: Tokenizer,
        directory: frozenset[str] = frozenset(),
        synonyms: Callable[[], tuple[SynonymGroup, ...]] = tuple,
        city: str = "",
    ) -> None:
        self._words = content_words(tokenizer)
        self._directory = directory
        self._synonyms = synonyms
        self._city = city

    def read(self, grounds: Sequence[Ground]) -> None:
        """Read grounds ahead, while a model is still writing: checking against them is then three times as fast."""
        read(grounds, self._words)
        omissions.read(grounds)

    def problems(self, text: str, grounds: Sequence[Ground]) -> tuple[Reason, ...]:
        """Why `text` must not be shown; empty when its grounds say all of it."""
        same = same_words(self._synonyms())
        return unsupported(text, grounds, self._words, vocabulary(), self._directory, same, self._city)

    def left_out(self, sentence: str, grounds: Sequence[Ground], before: str = "") -> tuple[Reason, ...]:
        """The conditions that `sentence` drops from what it repeats; `before`: what has been told already."""
        return tuple(Reason("omission", words) for words in omissions.left_out(sentence, grounds, before))

    def provisos_left_out(self, text: str, grounds: Sequence[Ground]) -> tuple[Reason, ...]:
        """What follows ただし in the grounds and is missing from the finished text."""
        return tuple(Reason("omission", words) for words in omissions.provisos_left_out(text, grounds))

    def whole_problems(self, text: str, grounds: Sequence[Ground]) -> tuple[Reason, ...]:
        """Of a finished text: what its grounds do not say, and what it leaves out of them."""
        missing = (Reason("omission", words) for words in omissions.all_left_out(text, grounds))
        return (*self.problems(text, grounds), *missing)


def ground_of(entry: FaqEntry) -> Ground:
    """What a sentence that cites this FAQ may rest on."""
    return Ground("\n".join(filter(None, (entry.answer, entry.url))), "\n".join((entry.question, entry.department)))


def content_words(tokenizer: Tokenizer) -> Words:
    """Content words by Sudachi, compounds in their parts."""

    @lru_cache(maxsize=_KEPT_TEXTS)
    def words(text: str) -> ReadText:
        found: list[Word] = []
        morphs = tokenizer.morphs(text)
        for place, morph in enumerate(morphs):
            if morph.is_function_word or morph.is_light:
                continue
            names = not _is_predicate(morphs, place)
            found += [_word(unit, names) for unit in morph.parts or (morph.unit,) if unit.pos not in FUNCTION_POS]
        groups = frozenset(group for word in found for group in word.groups)
        return ReadText(tuple(found), frozenset(word.norm for word in found), groups)

    return words


def _is_predicate(morphs: Sequence[Morph], place: int) -> bool:
    """依頼 of 依頼してください, 返納 of 返納が必要です and 付け of お付けになる say what is done, like a verb; they name no
    thing."""
    unit = morphs[place].unit
    after = [morph.unit for morph in morphs[place + 1 : place + 4]]
    if place and morphs[place - 1].unit.norm == "御" and [one.norm for one in after[:2]] == ["に", "成る"]:
        return True
    if unit.sort not in _VERBAL or (place and morphs[place - 1].unit.pos in _COMPOUNDING):
        return False
    if not after or after[0].pos in _COMPOUNDING:
        return False
    if after[0].norm in _DOING:
        return True
    return len(after) > 1 and after[0].pos == "助詞" and any(one.norm in _DOING for one in after[1:])


def _word(unit: Unit, names: bool) -> Word:
    noun = names and unit.pos == "名詞" and not unit.surface.isdigit() and unit.sort not in _ADVERBIAL
    return Word(unit.surface, unit.norm, unit.synonym_ids, noun)


@cache
def vocabulary() -> Vocabulary:
    """The shipped list `generic_words.txt`."""
    generic: set[str] = set()
    same: dict[str, tuple[str, ...]] = {}
    for line in (files("knowledge.answering") / "generic_words.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("="):
            word, *others = line[1:].split()
            same[word] = (*same.get(word, ()), *others)
        elif not line.startswith("#"):
            generic.update(line.split())
    return Vocabulary(frozenset(generic), same)


def directory_of(profile: CityProfile) -> frozenset[str]:
    """Every phone and address of the city's profile, in the form the checks compare."""
    phones = [profile.centre.phone, profile.centre.fax]
    phones += [venue.phone for venue in profile.venues] + [department.phone for department in profile.departments]
    phones += [contact.phone for contact in profile.escalation] + [line.phone for line in profile.emergency]
    texts = [*phones, *profile.variables.values()]
    found = (fact for text in texts if text for fact in figures(canonical(text)))
    return frozenset(fact.value for fact in found if fact.kind in ("phone", "url"))
