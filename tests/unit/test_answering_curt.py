"""Words that say no more than for whom, that it fails or that something is needed; and what they are offered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.answering.clarify import MAX_OPTIONS
from knowledge.answering.curt import mostly_asked_of, mostly_meant
from knowledge.answering.suggesting import LEAST, suggested
from knowledge.domain import Channel, FaqEntry, Hit, Referral, SearchQuery, SearchResult
from knowledge.text.normalise import normalise

CURT = (
    "母のやつをお願いします", "子どもの件なんですけど", "父の分なんですけど", "主人のことでちょっと", "うちの子のことで", "おばあちゃんのやつなんだけど", "息子の手続きをお願いします",
    "兄の代理の件です", "うちのばあちゃんの分やけど", "娘の件", "もしもし、孫のカードのことで伺いたいのですが", "祖母の件でお電話しました", "使えないんですけど", "カードが使えなくなった", "これ急に使えんのやけど",
    "手続きって何がいるの", "手続きに必要な書類は何ですか", "もう期限切れてるんやけど", "有効期限が切れてました", "気がついたら期限が切れてたの", "ロックがかかっちゃって", "パスワードがわからないです",
    "引っ越しするんですけど", "今度引っ越すことになりまして", "ひも付けのやり方", "代わりの人が申請", "申請は代理人",
)  # fmt: skip
SAYS_MORE = (
    "母の代わりに受け取れますか", "子どものカードの申請方法", "カードが使えなくなったらどうなりますか", "病院で使えなかった", "父の分の受け取りに何が必要ですか",
    "更新の手続きに何が必要ですか", "息子のカードをなくしました", "娘の件どうなりましたか", "母の日はいつですか", "父の介護のことで相談", "子どもの予防接種の件で",
    "スマホで使えない", "子どもの手当の件", "孫の件で担当者と話したい", "カードの期限が切れました", "電子証明書の期限切れ", "病院でロックされました", "マイナポータルのパスワードを忘れた",
    "引っ越したいんですけど補助はありますか", "引っ越してから署名用が使えない", "口座のひも付けの方法", "15歳未満の子の代理の申請", "代理で受け取る", "期限が切れたらどうなりますか",
)  # fmt: skip


@pytest.mark.parametrize("text", CURT)
def test_what_says_next_to_nothing_is_heard(text: str) -> None:
    assert mostly_meant(normalise(text))


@pytest.mark.parametrize("text", SAYS_MORE)
def test_what_says_more_is_left_alone(text: str) -> None:
    assert not mostly_meant(normalise(text))


def test_children_and_grown_up_relatives_are_asked_about_different_things() -> None:
    assert mostly_meant("娘の件で") != mostly_meant("母の件で")
    assert all("暗証番号" in question for question in mostly_asked_of("暗証番号"))


@given(st.text(max_size=200))
def test_any_text_can_be_looked_at(text: str) -> None:
    assert isinstance(mostly_meant(normalise(text)), tuple)


class ByQuestion:
    """Finds for each question the FAQ and the probability it is given."""

    def __init__(self, **found: tuple[FaqEntry, float]) -> None:
        self._found = found

    def search(self, query: SearchQuery) -> SearchResult:
        entry, confidence = self._found[query.text]
        return SearchResult((Hit(entry, confidence, confidence),))

    def entry(self, faq_id: str, lang: str, channel: Channel) -> FaqEntry | None:
        return None

    def refresh(self, keys: object = None) -> None: ...

    def neighbours(self, faq_id: str, limit: int = 5) -> list[tuple[str, float]]:
        return []

    def ready(self) -> bool:
        return True


def faq(faq_id: str, referral: Referral | None = None) -> FaqEntry:
    return FaqEntry(faq_id, f"{faq_id}は", "答え", referral=referral)


def test_good_and_different_faq_of_our_own_are_suggested_up_to_as_many_as_can_be_offered() -> None:
    searcher = ByQuestion(
        a=(faq("A"), 0.9),
        b=(faq("A"), 0.9),
        c=(faq("C"), LEAST - 0.01),
        d=(faq("D", Referral("水道課", "1")), 0.99),
        e=(faq("E"), LEAST),
        f=(faq("F"), 0.9),
        g=(faq("G"), 0.9),
    )
    assert [e.faq_id for e in suggested(searcher, "abcdefg", "web")] == ["A", "E", "F"]
    assert MAX_OPTIONS == 3
