"""FAQ in any number, made from the sample city's by changing what they are about. Deterministic."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product

from eval.cases import shipped_suite
from eval.lab import sample_faqs
from knowledge.domain import FaqEntry

ALTERNATIVES = 3
"""A city that has thousands of FAQ does not write twenty wordings of each."""
_SUBJECTS = (
    "国民健康保険証", "印鑑登録証", "住民票の写し", "児童手当", "介護保険証", "旅券", "原動機付自転車の標識", "犬の登録",
    "粗大ごみ処理券", "水道の使用", "下水道の接続", "保育所の入所", "学童保育", "就学援助", "図書館カード", "市営住宅",
    "市民農園", "固定資産の証明", "所得証明", "納税証明", "軽自動車税", "後期高齢者医療", "障害者手帳", "自立支援医療",
    "特別児童扶養手当", "ひとり親医療", "妊婦健診", "予防接種", "がん検診", "敬老乗車証", "配食サービス", "成年後見",
    "民生委員", "自治会", "防犯灯", "道路の穴", "街路樹", "公園の利用", "体育館の予約", "公民館の予約", "文化会館",
    "霊園", "火葬場", "防災無線", "避難所", "罹災証明", "土のう", "空き家", "雑草の刈取り", "騒音の相談", "消費生活相談",
    "法律相談", "外国人登録の記録", "選挙の不在者投票", "会議の傍聴", "情報公開", "ふるさと納税", "企業誘致", "創業支援",
    "農地の転用", "有害鳥獣",
)  # fmt: skip
_BEFORE = ("", "すみません、", "ちょっとお聞きしたいんですが、", "あの、", "えっと、")
_AFTER = ("", "お願いします。", "分かりますか。", "教えてもらえますか。")
_PLACES = ("本庁", "東出張所", "西出張所", "南出張所", "北出張所", "駅前窓口")
_TOPIC = "マイナンバーカード"


def faqs(count: int) -> list[FaqEntry]:
    """`count` published Japanese entries with distinct texts; the first ones are the sample city's own."""
    return list(islice(_endless(), count))


def questions(count: int) -> list[str]:
    """Citizens' utterances of the dev split, repeated when more are wanted."""
    texts = [c.text for c in shipped_suite().cases if c.lang == "ja" and c.split == "dev"]
    return [texts[i % len(texts)] for i in range(count)]


def different_questions(count: int) -> list[str]:
    """Citizens' utterances of all splits, no two the same: what is remembered of one is of no use for the next. Beyond
    their number the same ones come with words people say before and after."""
    texts = list(dict.fromkeys(c.text for c in shipped_suite().cases if c.lang == "ja"))
    dressed = (f"{before}{text}{after}" for before, after in product(_BEFORE, _AFTER) for text in texts)
    return list(islice(dict.fromkeys(dressed), count))


def _endless() -> Iterator[FaqEntry]:
    base = [replace(e, alt_questions=e.alt_questions[:ALTERNATIVES]) for e in sample_faqs() if e.lang == "ja"]
    for number, entry in enumerate(base):
        yield replace(entry, faq_id=f"B{number:06d}", related_ids=())
    number = len(base)
    turn = 0
    while True:
        subject = _SUBJECTS[turn % len(_SUBJECTS)]
        place = _PLACES[turn // len(_SUBJECTS) % len(_PLACES)]
        mark = f"（{turn // (len(_SUBJECTS) * len(_PLACES)) + 1}期）" if turn >= len(_SUBJECTS) * len(_PLACES) else ""
        for entry in base:
            yield _about(entry, f"B{number:06d}", subject, f"{place}{mark}")
            number += 1
        turn += 1


def _about(entry: FaqEntry, faq_id: str, subject: str, place: str) -> FaqEntry:
    def said(text: str) -> str:
        changed = text.replace(_TOPIC, subject).replace("マイナカード", subject)
        return f"{subject}について、{changed}" if changed == text else changed

    return replace(
        entry,
        faq_id=faq_id,
        question=f"{said(entry.question)}（{place}）",
        answer=f"{said(entry.answer)}\n{place}で取り扱います。",
        answer_voice="",
        alt_questions=tuple(f"{place}で{said(a)}" for a in entry.alt_questions),
        related_ids=(),
        referral=None,
        category=f"分野{hash_number(subject) % 20}",
    )


def hash_number(text: str) -> int:
    """The same number in every process."""
    return sum(ord(c) * (i + 1) for i, c in enumerate(text))
