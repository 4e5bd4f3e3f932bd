"""FAQ entries for tests: arbitrary storable ones for property tests, and a large plausible set."""

import random
from datetime import date, timedelta

from hypothesis import strategies as st

from knowledge.domain import LANGUAGES, FaqEntry, Referral
from knowledge.faq.content import check_entry, split_items
from knowledge.faq.text_rules import check_text

# The characters that break naive readers and writers stand beside ordinary ones.
_CHARACTERS = st.one_of(
    st.sampled_from("市役所カード申請はい=+-@'\"\t\n,;｜、=＝＋〜～−－‖①㈱髙𠮷éỆ한葛\U000e0100"),
    st.characters(codec="utf-8"),
)
_DATES = st.none() | st.dates(date(1990, 1, 1), date(2060, 12, 31))


def no_faq(faq_id: str) -> FaqEntry | None:
    """A house where no FAQ is published."""
    return None


@st.composite
def lines(draw: st.DrawFn, multiline: bool = False, max_size: int = 40) -> str:
    """Text in its stored form; empty where cleaning leaves nothing or refuses it."""
    checked = check_text(draw(st.text(_CHARACTERS, max_size=max_size)), 1000, multiline)
    return "" if checked.errors else checked.text


@st.composite
def items(draw: st.DrawFn, short: bool) -> tuple[str, ...]:
    raw = draw(st.lists(lines(), max_size=4))
    return tuple(dict.fromkeys(part for item in raw for part in split_items(item, short)))


@st.composite
def entries(draw: st.DrawFn, lang: str | None = None) -> FaqEntry:
    """Any entry the store accepts."""
    begins, ends = sorted(draw(st.tuples(_DATES, _DATES)), key=lambda day: day or date.min)
    referral = Referral(draw(lines()) or "税務課", draw(lines())) if draw(st.booleans()) else None
    entry = FaqEntry(
        faq_id=draw(st.from_regex(r"[A-Z]{1,3}[0-9]{1,5}", fullmatch=True)),
        question=draw(lines()) or "質問",
        answer=draw(lines(multiline=True, max_size=120)) or "回答",
        version=draw(st.integers(0, 9)),
        alt_questions=draw(items(short=False)),
        answer_voice=draw(lines(multiline=True)),
        answer_easy=draw(lines(multiline=True)),
        category=draw(lines()),
        subcategory=draw(lines()),
        tags=draw(items(short=True)),
        department=draw(lines()),
        evidence=draw(lines(multiline=True)),
        url=draw(st.sampled_from(["", "https://www.example.lg.jp/faq?id=1"])),
        forms=draw(items(short=False)),
        contact_phone=draw(lines()),
        related_ids=draw(
            st.lists(st.from_regex(r"[A-Z][0-9]{1,4}", fullmatch=True), max_size=3, unique=True).map(tuple)
        ),
        valid_from=begins,
        valid_to=ends,
        review_due=draw(_DATES),
        visibility=draw(st.sampled_from(["public", "operator"])),
        status=draw(st.sampled_from(["draft", "published"])),
        lang=lang or draw(st.sampled_from(LANGUAGES)),
        review_note=draw(lines(multiline=True)),
        facets=tuple(draw(st.lists(st.tuples(lines(), lines()), max_size=2))),
        referral=referral,
    )
    return check_entry(entry).entry


def many_entries(count: int, seed: int = 1) -> list[FaqEntry]:
    """Distinct Japanese entries of realistic size."""
    rng = random.Random(seed)
    words = [
        "申請",
        "受取",
        "更新",
        "暗証番号",
        "紛失",
        "写真",
        "代理人",
        "転入",
        "手数料",
        "予約",
        "窓口",
        "電子証明書",
    ]
    made = []
    for number in range(count):
        picked = rng.sample(words, 4)
        made.append(
            FaqEntry(
                faq_id=f"T{number:05d}",
                question=f"{picked[0]}の{picked[1]}について第{number}号の{picked[2]}はどうなりますか。",
                answer=f"{picked[3]}は{number}円です。\n" + "市民課の窓口でお手続きください。" * rng.randint(3, 12),
                alt_questions=tuple(
                    f"{rng.choice(words)}の{rng.choice(words)}を知りたい{number}の{n}" for n in range(5)
                ),
                category=rng.choice(["申請", "交付・受取", "電子証明書"]),
                tags=tuple(rng.sample(words, 2)),
                department="市民課",
                review_due=date(2027, 1, 1) + timedelta(days=number % 300),
            )
        )
    return made
