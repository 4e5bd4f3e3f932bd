"""Matters that foreign residents ask about and that few cities have translated. Where a question names one of them and the
best FAQ in its language says nothing of it, that FAQ is about something else, however near its words are.

Pure: standard library only. Patterns are matched against the matching form (NFKC, lower case), whatever the language.
"""

from knowledge.domain import FaqEntry
from knowledge.text.late_pattern import late_pattern
from knowledge.text.normalise import normalise

_TOPICS = {
    "death": r"\b(died|passed away|deceased|dead|death|funeral)\b|去世|过世|過世|死亡|死了|逝世|돌아가(셨|신|시)|사망|고인|\bqua đời\b|(chồng|vợ|bố|mẹ|cha|má|ông|bà|anh|em|con) (của )?(tôi|em|mình|cháu|anh ấy)?\s*(vừa |mới |đã )?mất (rồi|tháng|tuần|năm|hôm|,|thì)"
    r"|\bfalec|\bmorreu\b|\bóbito|\bnamatay|\bpumanaw|\byumao|\bpatay na\b",
    "other name": r"\b(alias|maiden name|former (sur|last |family )?name|nickname|(chang\w+|new) (of )?(my |his |her |the )?(sur|last |family |first )?name|common name)\b|\b(took|take|taking) (my |his |her )?(husband|wife|spouse)\W?s? (last |sur|family )?name|\b(japanese name|name printed)\b|通称|通稱|日本名字|日文名|旧姓|舊姓|改名|改姓|换名|通名"
    r"|통칭|통명|개명|옛 ?성|성이? ?(바뀌|변경)|이름.{0,4}(바꾸|바뀌|변경)|tên thường gọi|tên gọi khác|bí danh|(đổi|thay) (họ|tên)|họ cũ|nome (comum|de solteir|social|de casad)|nome popular|(mud|troc|alter)\w+ (de |o |meu )*(nome|sobrenome)"
    r"|\bpalayaw\b|pangalan sa pagkadalaga|(palit|bago)\w* .{0,8}(pangalan|apelyido)",
    "old telephone": r"\b(sell|selling|sold|trade in|give away) .{0,12}(smart|cell)?phone|卖.{0,5}手机|賣.{0,5}手機|(휴대폰|핸드폰|스마트폰).{0,8}(팔|판매|양도)|bán (cái )?điện thoại|vender .{0,10}(celular|telefone|smartphone)|(ibebenta|ipagbibili|ibenta) .{0,14}(cell|phone|telepono)",
    "bank account": r"\b(bank|receiving|deposit|benefits?) accounts?\b|(银行|銀行)?(账户|帐户|賬戶|帳戶|账号)|계좌|tài khoản (ngân hàng|nhận)|conta (banc|do banco|para receber)|account (sa|ng) (bangko|bank)",
    "driving licence": r"\bdriv(er|ing)('?s)? licen[cs]es?\b|驾照|駕照|驾驶证|駕駛證|운전 ?면허|bằng lái|giấy phép lái|carteira de (motorista|habilitação)|\bcnh\b|habilitação|lisensya (sa|ng) pagmamaneho|driver'?s license",
    "tax": r"\be-?tax\b|\btax(es)?\b|报税|報稅|税务|税|연말정산|확정신고|세금|khai thuế|thuế|imposto|\bbuwis\b",
    "damage": r"\b(broken|broke|cracked|bent|scratch\w*|damaged|chipped|snapped|melted)\b|坏了|壞了|断了|斷了|裂|弄弯|破损|깨졌|부러|파손|망가|갈라|bị (hỏng|gãy|vỡ|nứt|cong)|quebr|rachad|rachou|danific|amass|\bnasira|\bnabasag|\bnabali|\bsira ",
    "gender": r"\b(gender|sex)\b|性别|性別|성별|giới tính|\bgênero\b|\bsexo\b|kasarian",
    "organ donation": r"\borgan\b|器官|장기 ?기증|hiến tạng|órgãos?\b|organ donor",
    "disability": r"\b(disabilit|disabled|wheelchair|blind|deaf)|残疾|殘疾|轮椅|장애|휠체어|khuyết tật|xe lăn|deficiên|cadeirante|kapansanan|may kapansanan",
    "divorce": r"\bdivorc|离婚|離婚|이혼|ly hôn|ly dị|divórcio|divorciad|diborsyo|hiwalay na",
    "prison": r"\b(prison|jail)\b|监狱|監獄|교도소|\btù\b|\bprisão|\bpreso\b|kulungan",
    "abroad": r"\b(embassy|consulate)\b|大使馆|大使館|领事馆|領事館|대사관|영사관|đại sứ quán|lãnh sự|embaixada|consulado|embahada|konsulado",
}
TOPICS = tuple(late_pattern(pattern) for pattern in _TOPICS.values())


def names_other_topic(normal_text: str, entry: FaqEntry) -> bool:
    """Whether the question names one of these matters and the FAQ does not."""
    named = [topic for topic in TOPICS if topic.search(normal_text)]
    if not named:
        return False
    theirs = normalise(" ".join((entry.question, *entry.wordings, entry.answer)))
    return not all(topic.search(theirs) for topic in named)
