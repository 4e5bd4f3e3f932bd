"""Said so plainly that no model need agree: somebody wants a person, or wants something done or found out in their own case.

Pure: standard library only, matched against the matching form.
"""

from knowledge.text.late_pattern import late_pattern

_STAFF = r"(人間|生身|職員|担当(者)?|係(員)?|スタッフ|オペ(レーター?)?|(?<![一-龥])(?<!上の)人|ひと|誰か|だれか|どなたか|(市|市役所|役所|役場|窓口|そちら|そっち|センター)の(方|人|者|かた|ひと))(さん|の(方|人|ひと|もん|者|かた))?"
_HANDING = r"(話(し?たい|をし?たい|がし?たい|させて|せ(ます|ません|ない)|が(でき|出来))|しゃべ(りた|らせ)|喋(りた|らせ)|(代|替|変|換)わ(って(ください|くれ|ほしい|もら|もろ|や|よ|$|。|!)|れ(よ|や|ます|ません|ない|$|。|!)|りたい)|かわ(って|りたい|れ)|出して(ください|くれ|ほしい|もら|や|よ|$|。|!)|出せ|つな(いで|げ)|繋(いで|げ)|取り次|とりつ|呼んで(ください|くれ|ほしい|きて|もら)|相手して|電話口)"
_WANTS_A_PERSON = late_pattern(
    rf"{_STAFF}(を|に|と|へ)?、?(直接|直に|じかに|直で|早く|さっさと|今すぐ|ちょっと|一度)?(お)?{_HANDING}"
    r"|^(もう|ねえ|なあ|ちょっと|で|おい)?、?(人間|職員|担当者?|係の人|生身の人)(さん)?(は|って|が)?、?((い|お)(ない|らん|らへん|ります?か|ますか|る(の|ん|かい|か|$)))[ぁ-ん?!。]{0,4}$"
    r"|(機械|ロボット|ai|自動(音声|応答)?|コンピューター?|録音)(の(声|音声|相手))?(さん)?(じゃ|では|や|で|は|と)?(なく|のうて|話(したく|にならん|にならない)|らち|埒|いや|嫌|いらん|無理|あかん|だめ|通じ)[^。]{0,12}(人間|生身|職員|担当|人|誰か|だれか)(を|に|と|が|で|の)?"
)
_NOT_OURS = late_pattern(r"代理人|本人|家族の人|保証人|後見人|話し?た(内容|こと)|(つない|出し|呼ん)だ(ら|場合)")
_NEVER = r"(来(な|ませ|へん|ん|て(い)?な)|こ(な|ん|ーへん)|き(ませ|ーへん|やせ)|な(い|く|かった)|ありませ|あらへん|まだ|もらえて|もらって(い)?(な|ませ)|かかってこ|かかって来|それっきり|待って(い)?(る|ます|た)|待っとる)"
_NOT_CALLED_BACK = late_pattern(
    rf"折り?返(し(?!の(封|用))|す)[^。]{{0,30}}?{_NEVER}|(出張|訪問|通訳|サポート|職員|担当)[^。]{{0,30}}?連絡(が|は|も)?[^。]{{0,8}}?{_NEVER}"
)
_DAY = r"(今日|明日|あした|あす|明後日|あさって|今週|来週|再来週|今月|来月|週末|[月火水木金土日]曜|[0-9一二三四五六七八九十]{1,3}(月|日|時|人|名)|午前|午後|朝一|夕方|(一|ひと|二|ふた)人分|家族分)"
_DO_IT = r"((入れ|取っ|とっ|押さえ)と(いて|け)|(と(って|り)|取(って|り)|入れて|押さえて|おさえて|確保して)((と|お)いて|とけ)?(ほし|欲し|くださ|下さ|くれ|もらえ|もらい|もらお|いただけ|いただき|ちょうだ|や$|な$|よ$|。|!|$))"
_NAMES_A_DAY = late_pattern(_DAY)
_BOOK = late_pattern(
    rf"(予約|枠)(を|も|の|は|に|、)?[^。、]{{0,20}}?{_DO_IT}|(予約|枠)(を|も|の|は|、)[^。]{{0,28}}?{_DO_IT}"
)
_NOT_PAID = late_pattern(
    r"(給付金|還付金|手当|補助金|助成金|支給金|年金)[^。]{0,16}?(振り?込(まれ|み)|入金|入って|もらえて|届い|支払われ)[^。]{0,6}?(な(い|く)|ませ|へん|とら|てん|まだ)"
)
_REGISTERED = late_pattern(r"自動|登録し(たら|たのに|てある|てあって|ておけば)")
"""They ask why registering an account did not bring the money: an FAQ says so."""
_IF = late_pattern(r"(ない|なかった)(場合|とき|時|ら|と)|なければ|なかったら|必要(は|が|です)|(する|した)(場合|とき)")


def wants_a_person(normal_text: str) -> bool:
    """Whether the words ask for a person in so many words."""
    return bool(_WANTS_A_PERSON.search(normal_text)) and not _NOT_OURS.search(normal_text)


def demands_own_case(normal_text: str) -> bool:
    """Whether the words complain of a call that never came, or ask us to book for them on a day they name."""
    done = _NOT_CALLED_BACK.search(normal_text) or (_BOOK.search(normal_text) and _NAMES_A_DAY.search(normal_text))
    return bool(done) and not _IF.search(normal_text)


def misses_money(normal_text: str) -> bool:
    """Whether the words say that a benefit, a refund or a pension has not been paid: whose office it is knows."""
    return bool(_NOT_PAID.search(normal_text)) and not (_IF.search(normal_text) or _REGISTERED.search(normal_text))
