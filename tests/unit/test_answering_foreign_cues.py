"""Cues in six languages: heard where they stand, silent in questions the FAQ answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.answering.foreign_cues import FOREIGN_CUES, find_foreign_cues
from knowledge.text.normalise import normalise

SAID = {
    "individual_case": (
        "Is my card ready?", "Has my wife's card arrived?", "Could you check the status of my application", "my name is Santos, the card please",
        "帮我查一下我的申请", "我的卡做好了吗", "我孩子的卡到区役所了吗", "제 카드가 나왔나요?", "제 신청이 어떻게 됐는지 확인해 주세요",
        "thẻ của tôi xong chưa", "kiểm tra giúp tôi hồ sơ", "meu cartão já chegou?", "pode verificar o meu pedido?", "meu nome é Silva",
        "dumating na po ba ang card ko", "Santos po ang apelyido ko",
    ),
    "other_department": (
        "When do you collect the trash?", "How much is the residence tax?", "where to pay the water bill", "I want to apply for a nursery",
        "垃圾星期几收", "住民税怎么交", "想申请保育园", "쓰레기는 언제 버려요", "수도 요금이 얼마예요", "어린이집 신청", "đổ rác thứ mấy", "nộp thuế ở đâu",
        "que dia recolhem o lixo", "como pago o imposto", "vaga na creche", "kailan kinukuha ang basura", "saan magbabayad ng buwis",
    ),
    "not_covered": (
        "I lost my bank card", "forgot my wifi password", "信用卡丢了", "신용카드를 잃어버렸어요", "mất thẻ tín dụng", "perdi meu cartão de crédito", "nawala ang atm card ko",
    ),
}  # fmt: skip
ANSWERED = (
    "How do I renew my card?", "I lost my card", "How long until I can pick up my card?", "Is a driver's license enough to show who I am?", "When can my son get his card?",
    "Can I use my card as a health insurance card?", "How can I check whether my PIN is locked?", "I forgot the PIN of my My Number card", "How do I make a reservation?",
    "卡丢了怎么办", "怎么申请个人编号卡", "孩子的卡父母可以申请吗", "카드를 잃어버렸어요", "비밀번호를 잊어버렸어요", "카드는 얼마나 걸려서 나와요", "Tôi bị mất thẻ", "Thẻ của trẻ em làm thế nào",
    "Perdi meu cartão", "Quanto tempo demora para o cartão ficar pronto", "Nawala ang card ko, ano ang gagawin?", "Paano po mag-renew ng card?",
)  # fmt: skip


@pytest.mark.parametrize(("cue", "text"), [(cue, text) for cue, texts in SAID.items() for text in texts])
def test_is_heard(cue: str, text: str) -> None:
    assert find_foreign_cues(normalise(text)) == {cue}


@pytest.mark.parametrize("text", ANSWERED)
def test_questions_we_answer_are_free_of_cues(text: str) -> None:
    assert find_foreign_cues(normalise(text)) == frozenset()


def test_every_cue_has_examples() -> None:
    assert {name for name, _ in FOREIGN_CUES} == set(SAID)


@given(st.text(st.characters(), max_size=300))
def test_any_text_is_read(text: str) -> None:
    assert find_foreign_cues(normalise(text)) <= set(SAID)
