"""Harm that has been done: a secret told to a swindler, a card others use, another person's data on the screen or in the
letter box, a card with a wrong name, somebody hiding from violence. A person must take over, whatever FAQ is near.

A worry (might it be misused?), a general question (what happens if I told it?) and what others report is for the FAQ.
Pure: standard library only, matched against the matching form.
"""

from knowledge.text.late_pattern import late_pattern

_IF = r"(?!た(ら(?!し)|場合|とき|時|人|方))"
_MAY_I = r"(?!て(も)?(いい|よ|ええ|大丈夫|平気|構|かま))"
_DONE = (
    rf"(て(しまい|しまっ{_IF}{_MAY_I}|しも(た|て)|もう(た|て)|まっ(た|て))|ちゃい(?!そう)|ちゃっ{_IF}{_MAY_I}|ちまっ)"
)
_TOLD = (
    rf"(教え|言っ|伝え|入力し|入れ|送っ|送信し|話し|答え|渡し|見せ|しゃべっ|喋っ|打っ|読み上げ|登録し){_DONE}"
    rf"|打ち込んで(しまい|しまっ{_IF})|打ち込んじゃっ{_IF}|(言|送|喋|しゃべ|打)っちゃ(い(?!そう)|っ{_IF}{_MAY_I})"
)
_GIVEN = r"暗証番号|パスワード|番号|口座|通帳|マイナンバー|個人情報|カード|生年月日|名前|住所|四桁|4桁|情報"
_SWINDLER = r"電話|メール|ショートメ|sms|男|女の人|業者|名乗|なのる|知らない|知らん|詐欺|サイト|リンク|url|訪問|訪ねて|家に来|だまさ|騙さ|偽|にせ|怪し|あやし|不審|言われるまま|言われるがまま|職員だという|職員を"
_TOLD_A_SWINDLER = late_pattern(rf"(?=.*({_SWINDLER}))(?=.*({_GIVEN}))(?=.*({_TOLD}))")
_PASSED = r"(て(い)?(る|ます|た|まし)|た(?!ら(?!し)|人|こと|記録)|まし|とる|とん|てん|てもう|てしま|ちゃっ|ちまっ)"
_USED = late_pattern(
    rf"なりすま[^。]{{0,14}}?(られ|され){_PASSED}|(カード|番号|マイナンバー|名義|口座|保険証)[^。]{{0,16}}?(使われ|悪用され|盗用され|なりすまされ|(不正|勝手)に[^。]{{0,10}}?(使われ|利用され|使用され|作られ|契約され|引き出され|借りられ)){_PASSED}"
)
_ANOTHERS = r"((知らない|知らん|見知らぬ|見たことのない|見たこともない|聞いたことのない|他の|ほかの|別の|よその|違う|ちがう)(人|方|男性?|女性?|お宅|家|名前の人)(の|あて|宛て?)|(隣|となり|近所|向かい)の(人|家|方|お宅|うち)の|(他人|別人)(の|あて|宛て?)|前の(住人|住民)の|前に住んで(い)?た人の)"
_DATA = r"(情報|名前|氏名|薬|病院|受診|診療|履歴|口座|カード|通知|写真|記録|保険証|データ|番号|申請書|書類|封筒|はがき|葉書|郵便|手紙|住所|年金|税|もの|やつ|お知らせ|証明書|住民票)"
_SHOWN = r"(見え(て|た|まし|る)|見れ(て|た|る)|表示され(て|た|まし)|出て(き|る|い|ま|ん)|出た|出まし|載って|のって|入って(い|た|る|ま|ん)|入っとっ|はいっとる|登録され(て|た|とる)|(紐|ひも)(づ|付)(い|け)|届い|とどい|来て(い|る|ま|た|ん)|来た|来まし|きとる|来とる|送られ|混ざって|渡され|印刷され|なって(い)?(る|ます|ん)|つい(て|と)|付い(て|と)|ある(の|ん|けど|$|。)|あり(ました|ます(?!か))|でした|だった)"
_SEEN = late_pattern(
    rf"{_ANOTHERS}(が|は|[^。]{{0,12}}?{_DATA})[^。]{{0,14}}?{_SHOWN}|{_SHOWN}[^。]{{0,10}}?(の|が|は)、?{_ANOTHERS}[^。]{{0,8}}?{_DATA}(だっ|で(し|す)|なん|や)"
    rf"|(中身|宛名|中の紙|中の書類)(が|は|も)[^。]{{0,6}}?{_ANOTHERS}(でし|だっ|です|やっ|やん)"
)
_MISPRINTED = late_pattern(
    r"((届い|受け取っ|もらっ|貰っ|交付され|出来上がっ|できあがっ|作ってもらっ|渡され|送られてき|受け取り|新しい)[^。]{0,10}?カード|カード[^。]{0,6}(届い|受け取っ|もらっ|できあがっ|出来上がっ)[^。]{0,10}?)"
    r"[^。]{0,12}?(名前|氏名|名字|苗字|漢字|字|生年月日|誕生日|性別|住所|ふりがな|フリガナ)[^。]{0,12}?((違|ちが)(って|う|い|った)|(間違|まちが)(って|え|い)|誤って|別人|逆に|ちごう|ちゃう)"
)
_CHANGED = late_pattern(r"結婚|離婚|引っ?越|転居|転入|改名|変わった|変えた|変更|旧姓|通称|申請書|通知書|はがき")
_HIDING = late_pattern(
    r"(?!.*(ようにするには|する方法|設定|かけたい|場合))(?=.*((夫|妻|旦那|だんな|主人|配偶者|彼氏|元彼|元カレ|父|母|親|同居人|ストーカー|相手|あの人|息子)[^。]{0,24}(暴力|dv|殴|なぐ|虐待|つきまと|逃げ)|dv|暴力|ストーカー|つきまと))"
    r"(?=.*(逃げ|避難|シェルター|別居|隠れ|振る(わ|っ)|受けて|被害|家を出))(?=.*(住所|居場所|引っ?越し先|避難先|居所|いる(所|ところ|場所)|住んで(い)?る(所|ところ|場所)|新しい家)[^。]{0,24}(知られ|ばれ|バレ|漏れ|もれ|洩れ|見つか|突き止め|分かってしま|わかってしま|分からないように|わからないように|隠し|教えないで|調べられ|見られ))"
)
_LEFT_BEHIND = late_pattern(r"置いて|置いたまま|おいたまま|置きっぱ|取り上げられ|持って(い|行)かれ|持ったまま")
_ONLY_ASKED = late_pattern(
    r"(られ|され|われ|なっ|しまっ|ちゃっ|あっ|届い|来|てい|て|出てき|出|見え|違っ)たら(?!し)|場合|とき(?!おり|どき)|時(は|に|、)|(と|って)、?(電話|言われ|脅|連絡|聞い|メール)|事件|ないか(?!ら)|ませんか|れますか|かもしれな|おそれ|恐れ|心配|不安|怖|こわ|こと(は|が|って)?(あり|ある)|防|注意|ニュース|テレビ|新聞|って聞|道で|届けて?(あげ|や)|置きっぱ|噂|うわさ|ですって|そうですね|拾|見つけ|落ちて|落とし物"
)


def tells_of_harm(normal_text: str) -> bool:
    """Whether harm is told as one's own and as done."""
    if _TOLD_A_SWINDLER.match(normal_text):
        return True
    if _HIDING.match(normal_text) and not _LEFT_BEHIND.search(normal_text):
        return True
    if _MISPRINTED.search(normal_text) and not _CHANGED.search(normal_text):
        return not _ONLY_ASKED.search(normal_text)
    done = _USED.search(normal_text) or _SEEN.search(normal_text)
    return bool(done) and not _ONLY_ASKED.search(normal_text)


_LOST = late_pattern(
    r"(カード|マイナンバー)(も|を|が|、|だけ)?[^。]{0,8}?((なく|無く|失く|落と|おと|紛失)し(て(しま|も)|ちゃ|まし|た(?!か|こと)|とる|てん)|見当たら(ない|なく|ん))|(盗まれ|ぬすまれ|盗られ|とられ|取られ|すられ|スられ|ひったくられ|置き引き)(て|た|まし|ちゃ)|空き巣に(入られ|遭っ|あっ)|(財布|カバン|かばん|鞄|バッグ)ごと[^。]{0,8}(なくし|無くし|失くし|落とし|紛失し|置き忘れ)"
)
_WHAT_THEN = late_pattern(
    r"(盗まれ|なくし|落とし|紛失し)(たら|た(場合|とき|時)(は|に)?)、?(まず)?(どう(すれ|したら|し(ょう|よう)|すりゃ|すん|しとけ)|(何|なに)を(すれ|したら))[ぁ-ん]{0,12}[。?!]*$"
)
_IF_LOST = late_pattern(
    r"たら(?!し)|場合|とき|盗まれる|ないか|かも|心配|不安|本人確認|書類|再発行|再交付|証明|見つか|出てき|戻って|手数料|いくら"
)


def tells_of_loss(normal_text: str) -> bool:
    """Whether a loss or a theft is told as one's own, or what to do then is asked, and nothing else."""
    if _WHAT_THEN.search(normal_text):
        return True
    return bool(_LOST.search(normal_text)) and not _IF_LOST.search(normal_text)
