"""Words that name a matter and ask nothing about it (「カードの有効期限」「予約のことなんですけど」): what is wanted is open.

Pure: standard library only. Works on the matching form of a question.
"""

import re

MAX_CHARS = 5
"""Longer chains of nouns (再発行手数料) mostly ask something definite."""
_BEFORE = re.compile(
    r"^(あの[ーう]?|えっ?と|えー+と?(ですね)?|すみません|すいません|もしもし|ちょっと|お聞きしたいんですけど|[、。\s])+"
)
_AFTER = re.compile(
    r"(の(こと|件|話)|について|に関して)?(で|を|は|なん)?"
    r"(お?聞きたい|お聞きしたい|知りたい|教えて(ください|下さい|ほしい|欲しい|もらいたい|くれ)?|お尋ねしたい|質問|お?電話(しました|した)|ちょっと)?"
    r"(です|なの|なん|んです|の)*(が|けど|けれども?|か|ね|よ)*[。、.?？!！\s]*$"
)
_OUR_THING = re.compile(r"^(マイナンバー|マイナ)?の?カードの?|の?(マイナンバー|マイナ)?カード$")
_NOUN = re.compile(
    r"^お?([一-龥々ァ-ヴーa-z0-9]+|受け?取り?|引っ?越し|ひっこし|持ち物|子ども|こども|手続き?|申し?込み?|届け?出|はがき|更新の手続き?)$"
)


def is_bare_topic(normal_text: str) -> bool:
    """True for one short noun, alone or beside the name of the card."""
    named = _AFTER.sub("", _BEFORE.sub("", normal_text.strip()), count=1)
    thing = _OUR_THING.sub("", named) or named
    return len(thing) <= MAX_CHARS and bool(_NOUN.match(thing))
