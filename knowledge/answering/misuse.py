"""Signs that somebody asks for a way to do wrong: to forge, to impersonate, to use another person's card, to get round a
check. Those who fear it, report it or want to prevent it (なりすましを防ぐ、悪用されたら) ask us rightly.

Pure: standard library only, matched against the matching form (NFKC, lower case).
"""

from knowledge.text.late_pattern import late_pattern

_WAY = r"(方法|やり方|手口|手段|コツ|こつ|裏技|抜け道|手順|台本|には(どう|何)|にはどんな|たい(ん|の|です|と|けど|が|。|$)|ばいい|て(ください|くれ|ほしい|よ|。|$))"
"""Asking how, wishing to, or telling us to."""
_GAP = r"[^。?？!！]{0,18}?"
_WRONG = (
    r"偽造(する|して|の|し|した)|変造(する|して|の|し)|偽装(する|して|し)|偽(って|りの)|(偽|にせ|ニセ)(の|物の?|もの)?[^。]{0,12}(を)?(作|通|出し|使)(る|り|って|って|う|い)"
    r"|(なりすま|成りすま|成り済ま)(す|して|せ|し(た|て))|乗っ取(る|って|り)|ハッキング(する|して|の)|(総当たり|当てずっぽう)で"
    r"|(だま|騙)(す|して|し)(?!取られ)|(だま|騙)し取(る|って)|聞き出(す|して|し)|盗み(見|聞)(る|き|て|く)|(盗む|盗んで)|悪用(する|して)|不正に(使|受|取|利用|取得|申請)"
    r"|(他人|他の人|別の人|ほかの人|人|家族|親|友達|同僚|本人|相手)の[^。]{0,16}(勝手に|無断で|知られずに|気づかれずに|黙って|内緒で)[^。]{0,16}?(使|作|登録|引き出|変え|変更|申請|見|調べ)(う|る|す|り|って|えて|して)"
    r"|内緒で[^。]{0,16}(登録|利用|使用|引き出|取得)する手口"
    r"|(亡くなった|死んだ|死亡した)[^。]{0,16}(カード|番号|証明書)を(そのまま|まだ|黙って)[^。]{0,6}使(って|い|う)[^。]{0,12}(もら|受け取り|受給)"
    r"|(ばれ|バレ|見つから|気づかれ|発覚し)(ずに|ないように|ないで)"
)
_SUFFERED = late_pattern(
    r"され|られ|(防|止め|避け)|対策|予防|なくす|心配|怖|こわ|不安|被害|詐欺|通報|相談|疑|届(け|出)|大丈夫|ことは?(あり|でき)ますか|(ない|せん)か|注意|やめて|やめさせ"
)
_MISUSE = late_pattern(f"({_WRONG}){_GAP}{_WAY}")
_FOREIGN = late_pattern(
    r"how (to|can i|could i|do i|should i|would i) [^.?!]{0,12}(forge|counterfeit|clone|steal|hack|impersonate|fake|crack)\b"
    r"|(怎么|怎麼|如何)(样)?(伪造|偽造|冒充|盗用|盜用|破解)|위조(하는|할) (방법|수)|도용(하는|할) (방법|수)|(làm sao|cách) [^.?!]{0,10}(làm giả|giả mạo|mạo danh)"
    r"|como [^.?!]{0,10}(falsific|clon|roub|hacke)ar|paano [^.?!]{0,10}(mameke|magnakaw|magpanggap)"
)


def asks_for_misuse(normal_text: str) -> bool:
    """Whether the words ask for a way to do wrong with cards, numbers, papers or people."""
    found = _MISUSE.search(normal_text)
    if found is not None and not _SUFFERED.search(normal_text):
        return True
    return _FOREIGN.search(normal_text) is not None
