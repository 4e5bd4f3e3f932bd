"""Which of the service's languages a question is written in. Script first, then frequent short words; standard library only."""

import unicodedata

from knowledge.text.late_pattern import late_pattern

_KANA = late_pattern(r"[\u3040-\u30ff]")
_HANGUL = late_pattern(r"[\uac00-\ud7a3\u1100-\u11ff]")
_HAN = late_pattern(r"[\u4e00-\u9fff]")
_LATIN_WORD = late_pattern(r"[a-zà-ỹđ']+")
_VIETNAMESE = late_pattern(r"[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")
# Simplified forms and words that Japanese does not write; enough to tell Chinese from a kana-less Japanese key-word query.
_CHINESE = late_pattern(
    r"[吗呢们这请问么没还让给谁哪办样该过说话时间证码换领费钱师线级网设错误备为为认实现从对应态边门开们买卖车东长间闻单战业严两丧举义习书带块张红给经结绝续继罗职联节药虽补规视觉让记讲许论证评识诉词试诚语误课调谈谢负责货质贴资赔赛输边迟迁运还进远连适选递邮银钟键镇阳际陆险难页顺须预顾频题额饭馆驾验]|很|昨天|我的|怎么|如何|可以|什么|多少|需要|丢了|忘记|申请|护照|密码|更换|哪儿|在哪"
    # Traditional forms that everyday Japanese does not write either.
    r"|[卡嗎呢們這麼沒還讓裡您說碼辦從對證]|請問"
)
_WORDS = {
    "en": "the is are what how do does can could i my to of for a an and where when please want need have lost card number "
    "password forgot renew long much it you where's what's expired address moved",
    "pt": "o a os as de do da que como posso eu meu minha para é não onde quando preciso quero cartão senha qual em um uma "
    "com quanto você fazer perdi esqueci renovar endereço",
    "tl": "ang ng sa ko ako paano po ba saan kailan ano mga na ay hindi kailangan pwede puwede gusto nawala kung para nakalimutan "
    "magkano yung card ko aking may",
    "vi": "tôi làm thế nào bao nhiêu ở đâu khi nào có thể không cần thẻ mật khẩu của và cho bị mất quên gia hạn the toi lam "
    "nhu khong duoc mat khau o dau bao nhieu",
}
_VOCABULARY = {lang: frozenset(words.split()) for lang, words in _WORDS.items()}


def detect_language(text: str) -> str:
    """One of ja, en, zh, ko, vi, pt, tl; Japanese when in doubt, because a Japanese key word may hold no kana."""
    folded = unicodedata.normalize("NFKC", text).lower()
    if _HANGUL.search(folded):
        return "ko"
    if _KANA.search(folded):
        return "ja"
    han = len(_HAN.findall(folded))
    words = _LATIN_WORD.findall(folded)
    if han:
        if words and sum(map(len, words)) > 4 * han:
            return _latin(folded, words)
        return "zh" if _CHINESE.search(folded) else "ja"
    return _latin(folded, words) if len(words) >= 2 else "ja"


def _latin(folded: str, words: list[str]) -> str:
    if len(_VIETNAMESE.findall(unicodedata.normalize("NFC", folded))) >= 1:
        return "vi"
    counts = {lang: sum(w in vocabulary for w in words) for lang, vocabulary in _VOCABULARY.items()}
    best = max(counts, key=lambda lang: (counts[lang], lang == "en"))
    if not counts[best]:
        return "en" if len(words) >= 3 else "ja"  # "e-Tax", "Android": names that Japanese writes in Latin letters
    return best
