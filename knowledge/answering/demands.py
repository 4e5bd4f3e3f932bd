"""Said so plainly that no model need agree: somebody wants a person, wants something done or found out in their own case, or
holds the city to account.

Pure: standard library only, matched against the matching form.
"""

from knowledge.text.late_pattern import late_pattern

_STAFF = r"(人間|生身|職員|担当(者)?|係(員)?|スタッフ|オペ(レーター?)?|(?<![一-龥])(?<!上の)人|ひと|誰か|だれか|どなたか|責任者|上司|上の(人|者|方)|(偉|えら)い(人|方)|(市|市役所|役所|役場|窓口|そちら|そっち|センター)の(方|人|者|かた|ひと))(さん|の(方|人|ひと|もん|者|かた))?"
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
_FEE_BACK = late_pattern(
    r"(手数料|千円|1000円|1,000円|カードの(料金|お金|代金))[^。]{0,14}?(二重|二回|2回|二度|2度|余計|余分|多く|間違(って|えて)|誤って)[^。]{0,8}?(取られ|とられ|払わされ|払って(しま|い|まっ)|払った|払いまし|引かれ|引き落とされ|請求され|徴収され)|(手数料|千円)[^。]{0,20}?返(金)?して(ください|下さい|ほしい|欲しい|くれ(?!な|た)|や|よ|$|。)"
)
_SOMEBODY = r"(夫|妻|旦那|主人|嫁|元(夫|妻|旦那|嫁|彼|カレ)|彼(氏|女)?|(息子|娘|子(ども|供)?|孫|父|母|父親|母親|兄|弟|姉|妹|親|友人|知人|相手|あの人|隣の人)(さん|たち|ら)?)"
_WHERE_SOMEBODY_LIVES = late_pattern(
    rf"(?=.*{_SOMEBODY})(?=.*(住所|居場所|引っ?越し先|転居先|転出先|居所|住んで(い)?る(所|ところ|場所))(?!(が|を|の)?変)(を|が|は)?[^。]{{0,8}}?(教えて(?!も|い)|調べて|知りた(い|く)|探して|突き止め|分かりませんか|わかりませんか))(?!.*(変更|書き換え|教えてもら|知られ|自分の|私の住所|方法|どうすれば))"
)
_BLAMED = r"((?<![一-龥])市(の(職員|方|人|ミス|手違い|せい))?|市役所|役所|役場|そちら|そっち|お宅|おたく|あんたら?|あなた方|職員|窓口の(人|方)?)(さん)?"
_BLAMES_US = late_pattern(
    rf"{_BLAMED}(が|の(手違い|ミス|せい)で)[^。]{{0,16}}?(なくし|無くし|失くし|紛失し|漏らし|洩らし|流出させ|漏えいし|漏洩し|漏えいさせ)(た(?!ら|場合|とき)|て(?!も|は)|まし|やが)"
    rf"|(個人情報|情報|データ|番号|名簿|住所)(を|が)?、?(漏らし|洩らし|流し|流出させ|漏えいし|漏洩し)た(の(は|が|って)?、?{_BLAMED}|{_BLAMED})"
    rf"|{_BLAMED}(に|から|で)[^。]{{0,10}}?(個人情報|情報|データ|番号|住所)(を|が)[^。]{{0,6}}?(漏らされ|流され|漏れ(た|て)|流出し|漏えいし|漏洩し)"
    r"|(弁護士|法律事務所)(に|と|を|へ)(は|も)?、?(もう|すでに|既に)?(相談(済|ずみ|して(い)?(る|ます)|しまし|した(から|ので|んで|$|。))|依頼(済|しまし|して(い)?(る|ます))|立て(る|て|ます|た)|通しま)(?!.*(どこ|予約|無料|日時|相談したい))"
    rf"|{_BLAMED}の(ミス|手違い|間違い|せい|落ち度)(で|だ|じゃ|や).{{0,30}}?(どうして(くれ|も)|責任|謝|納得|補償|弁償|弁済|腹が立|許せ)"
    r"|弁護士を?(つけ|付け|立て)て(い)?(ます|る)"
    r"|(裁判|訴訟)(に(する|します|かける)|を?(起こす|起こします|やる))(から|わ|よ|ぞ|つもり(です|だ)?|しか(ない|ありません))?[。!]*$|損害賠償(を|も)?(請求|求め)(する|します|させて|たい|るつもり)"
    r"|訴え(ます|る)(から|ので|ぞ|わ|よ|し(?!た))"
)
_ONLY_FEARED = late_pattern(
    r"ないか(?!ら)|ませんか|心配|不安|場合|(?<!なっ)たら(?!し)|ニュース|テレビ|新聞|離婚|相続|遺産|大家|敷金|隣|近所|夫|妻|会社|銀行|業者|事故"
)
_REGISTERED = late_pattern(r"自動|登録し(たら|たのに|てある|てあって|ておけば)")
"""They ask why registering an account did not bring the money: an FAQ says so."""
_IF = late_pattern(r"(ない|なかった)(場合|とき|時|ら|と)|なければ|なかったら|必要(は|が|です)|(する|した)(場合|とき)")


def wants_a_person(normal_text: str) -> bool:
    """Whether the words ask for a person in so many words."""
    return bool(_WANTS_A_PERSON.search(normal_text)) and not _NOT_OURS.search(normal_text)


def demands_own_case(normal_text: str) -> bool:
    """Whether the words complain of a call that never came or a fee taken twice, ask us to book for them on a day they
    name, or want to know where somebody lives."""
    done = (
        _NOT_CALLED_BACK.search(normal_text)
        or (_BOOK.search(normal_text) and _NAMES_A_DAY.search(normal_text))
        or _FEE_BACK.search(normal_text)
        or _WHERE_SOMEBODY_LIVES.match(normal_text)
    )
    return bool(done) and not _IF.search(normal_text)


def blames_us(normal_text: str) -> bool:
    """Whether the words hold the city to account for a loss or a leak, or announce a lawyer."""
    return bool(_BLAMES_US.search(normal_text)) and not _ONLY_FEARED.search(normal_text)


def misses_money(normal_text: str) -> bool:
    """Whether the words say that a benefit, a refund or a pension has not been paid: whose office it is knows."""
    return bool(_NOT_PAID.search(normal_text)) and not (_IF.search(normal_text) or _REGISTERED.search(normal_text))
