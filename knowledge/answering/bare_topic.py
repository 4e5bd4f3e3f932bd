"""Words that name a matter and ask nothing about it (「カードの有効期限」「予約のことなんですけど」), or ask and name no matter
(「いくらかかりますか」「なんか届いたんですけど」): what is wanted is open.

Pure. Works on the matching form of a question.
"""

from knowledge.text.late_pattern import late_pattern
from knowledge.text.pieces import made_of

LEAST_OPENING = 4
MAX_CHARS = 5
"""Longer chains of nouns (再発行手数料) mostly ask something definite."""
_BEFORE = late_pattern(
    r"^(あの[ーう]?|えっ?と|えー+と?(ですね)?|すみません|すいません|もしもし|ちょっと|お聞きしたいんですけど|[、。\s])+"
)
_AFTER = late_pattern(
    r"(の(こと|件|話)|について|に関して)?(で|を|は|なん)?"
    r"(お?聞きたい|お聞きしたい|知りたい|確認したい|教えて(ください|下さい|ほしい|欲しい|もらいたい|くれ)?|お尋ねしたい|質問|お?電話(しました|した)|ちょっと)?"
    r"(です|だ|なの|なん|んです|の)*(が|けど|けれども?|か|ね|よ)*[。、.?？!！\s]*$"
)
_OUR_THING = late_pattern(r"^(マイナンバー|マイナ)?の?カードの?|の?(マイナンバー|マイナ)?カード$")
_NOUN = late_pattern(
    r"^お?([一-龥々ァ-ヴーa-z0-9]+|受け?取り?|引っ?越し|ひっこし|持ち物|子ども|こども|手続き?|申し?込み?|届け?出|はがき|更新の手続き?)$"
)
_ASKED_OF_IT = late_pattern(r"..+(料金|費用|手数料|代金|無料|いくら|何日|最短|方法|場所|持ち物)$")
"""A matter and what is wanted of it (再発行料金)."""
_WISH = late_pattern(
    r"^(これ(って|は)?|それ(って|は)?|番号(を|も|は|って)?)?((変更|更新|登録|確認|解除|取消し?|取り消し|設定|手続き?|キャンセル|延長)を?(お願い)?(したい|してほしい|して欲しい|してもらいたい|しないと)"
    r"|(取り?消し|やめ|変え|かえ|直し|戻し|作り直し)(たい|ときたい|てほしい|て欲しい|てもらいたい|ないと))"
    r"(です|の|なの|なん|ん|や)*(が|けど|けれども?|か|ね|よ|だ)*[。、.?？!！\s]*$"
)
_WAY = late_pattern(
    r"^(これ(って|は)?|それ(って|は)?)?(スマホ|スマートフォン|携帯|ネット|オンライン|パソコン|窓口|郵送|コンビニ|支所|電話|家|自分)(から|で)(も)?(やりたい|したい|できる|できます|やれる|いける)[ぁ-ん、。?？\s]{0,10}$"
)
"""How, and not what."""
_STAND_IN = late_pattern(
    r"^(これ(って|は)?|それ(って|は)?|私|わたし)?、?(の|が|は)?(代わり|かわり|代理|家族|親|息子|娘|夫|妻|主人|嫁|母|父|子ども|本人以外)(の(人|者|もの))?(に|で|が|でも|だけ)?、?(行って|行っても|来ても|行く|でも|手続き?しても|やっても)?"
    r"(も)?(いい|良い|よい|大丈夫|構わない|かまわない|平気|できる|可能)?(な(やつ|の|ん))?(です|でしょう|ます|の|なん)*(か|かね|かな|よね|けど)?[。、.?？!！\s]*$"
)
HAPPENED_BEFORE = r"(もう|なんか|何か|さっき|今日|昨日|明日|今度|急に|また|これ(って|が|は)?|それ|ちょっと|それで|役所(から|がら)|そちらから|[、。\s])*"
_TAIL = r"[ぁ-んー、。.?？!！\s]{0,24}$"
"""Nothing more that names anything, in whatever dialect."""
_HAPPENED = late_pattern(
    rf"^{HAPPENED_BEFORE}((書類|通知|お知らせ|手紙|封筒|はがき|葉書|郵便|何(か|だか|だが|や)|なんか|なんや|番号|期限|パスワード)(の?(やつ|もの))?(が|を|も|は|って)?)?{HAPPENED_BEFORE}"
    r"(届[いぐ]|来[たてま]|切れ|過ぎ|忘れ|(使|つか)えな|使えん|使われへん|動かな|動かん|でき(な|ませ|ん|へん)|うまくいか|エラー(が|に)?(出|な)|ロック(され|がかか)|(分か|わか)ら(な|ん|へ)|通らな|通らん"
    r"|見つか|見つけた|(間違え|まちがえ|間違っ)(た|て|ちゃ)|亡くなった(?!ら)|死んだ(?!ら)|読み取(れな|れん|れへん|らな)|読み込(めな|めへん|まな)|読めな|変わっ|やめた|断られ)"
    rf"{_TAIL}"
)
_WITHOUT_MATTER = late_pattern(
    rf"^{HAPPENED_BEFORE}((役所|市役所|窓口|そちら|そっち)(に|へ|で|さ)?(行く|行|伺う)?[ぁ-ん]{{0,8}}、?)?"
    r"((何|なに)(を|が|ば)?(持って|用意|必要|要|い[るり])[^。、]{0,14}|(必要|いる|要る)な?(書類|もの|物|持ち物)(は?何|を|は|って)?[^。、]{0,10}|いくら(かか|です|する|くらい)[^。、]{0,8}|(料金|お金|手数料|費用)は?(かか|いくら)[^。、]{0,8}"
    r"|いつ(から|まで)?(に)?(行|来|でき|です|やって|伺)[^。、]{0,10}|どこ(で|に|へ)(でき|行|やって|すれば|したら|伺)[^。、]{0,10}|(あれって)?(どのくらい|どれくらい)(で(でき|もら)|かか)[^。、]{0,14}|手続き?の(方法|仕方|やり方|流れ)[^。、]{0,10}"
    r"|(どう|どのように)(したら|すれば|しよう)(いい|良い|よい|ええ)?[ぁ-ん]{0,6})"
    r"[。、.?？!！\s]*$"
)
_ABOUT = late_pattern(
    r".*(聞|訊|伺|うかが|尋|たずね|質問|問い合わせ|相談|教え|電話|カード|マイナンバー|こと|件|手続|知り|分から|わから)"
)
OPENING_PIECE = late_pattern(
    r"(少し|ちょっと|一つ|ひとつ|いくつか|教えて(ほしい|もらいたい|いただきたい|ください)?|お?(聞|訊|伺|うかが|尋ね|たずね|問い合わせ|質問|相談)(い|き)?(し)?(させて(ください|いただき|もらい)?)?(ます|まして|たい|たくて)?|質問|問い合わせ|相談|お電話?|電話(し|させ)(ました|た|て|てます)?"
    r"|知りたい|わからな(い|くて)|分からな(い|くて)|よく|(マイナンバー|マイナ|個人番号)?の?カード|マイナンバー(制度)?|そちら|(こ|そ)の?(こと|件|話)|こと|件|手続き?|用件|確認|いろいろ|について|に関して|関係"
    r"|あり|ある|あって|した|して|たい|んです|です|ます|まして|なの|なん|いい|よろしい|大丈夫|けれども?|けど|だ|が|の|を|は|で|に|も|と|か|ね|よ|ん|、|。|？|\?|\s)"
)
LONGEST_PIECE = 24
"""Characters; the longest one there is (お問い合わせいしさせていただきまして) has fewer."""


def without_opening(normal_text: str) -> str:
    """The words without もしもし, えっと and the like at their beginning."""
    return _BEFORE.sub("", normal_text.strip())


def names_nothing(normal_text: str) -> bool:
    """True for words that only open a conversation (「ちょっと聞きたいんですけど」「カードの件で」): they name no more than
    the card itself."""
    said = without_opening(normal_text)
    return len(said) >= LEAST_OPENING and bool(_ABOUT.match(said)) and made_of(OPENING_PIECE, said, LONGEST_PIECE)


def names_no_matter(normal_text: str) -> bool:
    """True for what could be said of any matter: a wish (変更したいんですけど), somebody else's going
    (代わりに行ってもいいですか), something that happened (なんか届いたんですけど) or a question (いくらかかりますか) that
    does not say for which matter."""
    said = without_opening(normal_text)
    return any(pattern.match(said) for pattern in (_WISH, _WAY, _STAND_IN, _HAPPENED, _WITHOUT_MATTER))


def bare_noun(normal_text: str) -> str:
    """The one short noun the words name, without the card's own name; empty when they do not only name one."""
    named = _AFTER.sub("", _BEFORE.sub("", normal_text.strip()), count=1)
    thing = _OUR_THING.sub("", named) or named
    return thing if len(thing) <= MAX_CHARS and _NOUN.match(thing) and not _ASKED_OF_IT.match(thing) else ""
