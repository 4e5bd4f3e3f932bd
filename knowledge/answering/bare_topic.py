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
_WISH = re.compile(
    r"^(これ(って|は)?|それ(って|は)?)?(変更|登録|確認|解除|取消し?|取り消し|設定|手続き?|相談|キャンセル|延長)を?(お願い)?(したい|してほしい|して欲しい|してもらいたい|しないと)"
    r"(です|の|なの|なん|ん)*(が|けど|けれども?|か|ね|よ|だ)*[。、.?？!！\s]*$"
)
_STAND_IN = re.compile(
    r"^(これ(って|は)?|それ(って|は)?|私|わたし)?、?(の|が|は)?(代わり|かわり|代理|家族|親|息子|娘|夫|妻|主人|嫁|母|父|子ども|本人以外)(の(人|者|もの))?(に|で|が|でも|だけ)?、?(行って|行っても|来ても|行く|でも|手続き?しても|やっても)?"
    r"(も)?(いい|良い|よい|大丈夫|構わない|かまわない|平気|できる|可能)?(な(やつ|の|ん))?(です|でしょう|ます|の|なん)*(か|かね|かな|よね|けど)?[。、.?？!！\s]*$"
)


def is_bare_topic(normal_text: str) -> bool:
    """True for one short noun, alone or beside the name of the card; for a wish (変更したいんですけど) or somebody else's
    going (代わりに行ってもいいですか) that does not say for which matter."""
    said = _BEFORE.sub("", normal_text.strip())
    if _WISH.match(said) or _STAND_IN.match(said):
        return True
    named = _AFTER.sub("", _BEFORE.sub("", normal_text.strip()), count=1)
    thing = _OUR_THING.sub("", named) or named
    return len(thing) <= MAX_CHARS and bool(_NOUN.match(thing))
