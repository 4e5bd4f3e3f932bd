"""Does a question name a thing of which the FAQ says nothing? 「美容院の予約をずらしたい」 is phrased like a question of ours.

Nearly every question has such a noun, so it decides only where the intent model doubts that the question is ours. Where the
noun says whose booking, card or number it is, a smaller doubt is enough.
"""

from collections.abc import Iterable
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from knowledge.domain import FaqEntry
from knowledge.search.word_vectors import WordVectors
from knowledge.text.late_pattern import late_pattern
from knowledge.text.normalise import normalise
from knowledge.text.tokens import Morph, Tokenizer, Unit

NEAREST = 0.5
"""A noun whose cosine with every noun of the FAQ lies below this is another thing. Chosen, with the threshold
`other_thing_at`, on the calibration and dev questions: of 480 right answers it costs none, of 118 answers to what is not
ours (`samples/policy.jsonl`, judged by models that had not seen them) it stops 20."""

_OWNED = frozenset(
    [
        "予約",
        "キャンセル",
        "カード",
        "会員証",
        "写真",
        "番号",
        "暗証番号",
        "パスワード",
        "葉書",
        "手帳",
        "証明書",
        "更新",
        "再発行",
        "再交付",
        "申請",
        "申し込み",
        "期限",
        "更新料",
        "手数料",
        "受け取り",
        "返却",
        "返納",
        "解約",
        "アカウント",
        "アプリ",
        "名義",
        "申請書",
        "申込書",
        "料金",
        "紛失",
    ]
)
"""What others have too, in dictionary form: whose it is decides whether the question is ours."""
_DONE = "サ変可能"
_A_PERSONS = late_pattern(
    r"[父母親妻夫嫁娘孫兄姉弟妹子爺婆甥姪私僕俺人者方員]$|息子|主人|旦那|家族|家内|友|本人|自分|患者|彼|子供|子ども|赤ちゃん|赤ん坊|夫婦|両親|祖|叔|伯|親戚|親族|ちゃん$|さん$"
)
"""A person owns cards and bookings of ours."""


class OtherThings:
    """Compares a question's nouns with those of an FAQ. Takes some milliseconds: for doubtful questions only."""

    def __init__(self, tokenizer: Tokenizer, vectors: WordVectors) -> None:
        self._tokenizer = tokenizer
        self._vectors = vectors

    def named(self, text: str, entry: FaqEntry) -> bool:
        theirs = self._nouns_of(entry)
        asked = _nouns(self._tokenizer.query_morphs(normalise(text)))
        strange = [noun for noun in asked - theirs if not noun.isdigit()]
        if not strange:
            return False
        known = self._directions(theirs)
        return any(self._nearest(noun, known) < NEAREST for noun in strange)

    def of_other_owner(self, text: str, entry: FaqEntry) -> bool:
        """Whether the words say whose booking, card or number is meant (病院の予約), and the FAQ is about no such owner. That
        it mentions a place is not enough: callers mention many (病院に行く日と重なって予約を変えたい). What is done (検診の予約)
        is known wherever it is mentioned: most of what owns something of ours is done (受け取りの予約)."""
        owners = _owners(self._tokenizer.query_morphs(normalise(text)))
        if not owners:
            return False
        told = self._morphs_of(entry)
        named, mentioned = _owners(told), _nouns(told)
        about = _nouns(self._tokenizer.morphs(entry.question))
        return any(
            word not in named and word not in (mentioned if sort == _DONE else about) for word, sort in owners.items()
        )

    def _nouns_of(self, entry: FaqEntry) -> set[str]:
        return _nouns(self._morphs_of(entry))

    def _morphs_of(self, entry: FaqEntry) -> list[Morph]:
        return self._tokenizer.morphs(" ".join((entry.question, *entry.alt_questions, entry.answer)))

    def _directions(self, nouns: set[str]) -> NDArray[np.float32]:
        found = [v for noun in sorted(nouns) if (v := self._vectors.get(noun)) is not None]
        table = np.stack(found) if found else np.zeros((1, self._vectors.dim), np.float32)
        unit: NDArray[np.float32] = table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)
        return unit

    def _nearest(self, noun: str, known: NDArray[np.float32]) -> float:
        vector = self._vectors.get(noun)
        return float((known @ vector).max() / max(float(np.linalg.norm(vector)), 1e-9)) if vector is not None else 0.0


def _nouns(morphs: Iterable[Morph]) -> set[str]:
    return {u.norm for m in morphs if not m.is_light for u in (m.unit, *m.parts) if u.pos == "名詞"}


def _owners(morphs: list[Morph]) -> dict[str, str]:
    """病院 in 病院の予約, 図書館 in 図書館の貸出カード, with its sort of noun."""
    found = {}
    for at, link in enumerate(morphs[1:], 1):
        if link.unit.surface == "の" and _may_own(morphs[at - 1].unit) and _is_owned(morphs[at + 1 :]):
            found[morphs[at - 1].unit.norm] = morphs[at - 1].unit.sort
    return found


def _is_owned(following: list[Morph]) -> bool:
    """Whether the noun that follows, the last of a compound (貸出カード), is one that others have too."""
    run = list(takewhile(lambda m: m.unit.pos == "名詞", following))
    return bool(run) and (run[-1].parts[-1] if run[-1].parts else run[-1].unit).norm in _OWNED


def _may_own(word: Unit) -> bool:
    named = word.pos == "名詞" and word.sort in ("一般", _DONE) and word.norm not in _OWNED
    return named and not _A_PERSONS.search(word.norm)
