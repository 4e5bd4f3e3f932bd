"""The pieces of speech around a name that several rules share: who begins to speak, and how people say who they are."""

from knowledge.text.late_pattern import late_pattern

KANJI = "一-龥々ヶ﨑髙𠮷"
TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
KIN = (
    r"(?:お?父さん|(?:ばあ|じい)さん|お?母さん|お?ばあちゃん|お?じいちゃん|おばあさん|おじいさん|ばあば|じいじ|義母|義父|叔母|叔父|伯母|伯父|姪|甥|いとこ|旦那|夫|妻|母|父"
    r"|長男|次男|三男|長女|次女|三女|息子|娘|子ども|子供|孫|祖母|祖父|兄|弟|姉|妹|主人|嫁|家内|婿|(?<![ぁ-ん])おば(?:さん)?|(?<![ぁ-ん])おじ(?:さん)?)"
)
KIN_GATE = late_pattern(
    r"[父母夫妻娘孫兄弟姉妹嫁婿姪甥祖叔伯]|[長次三][男女]|息子|子ども|子供|旦那|家内|主人|ばあ|じい|おば|おじ|いとこ"
)
"""Cheap: whether a word of KIN can be in a text at all."""
ME = r"わたくし|わたし|わだす|(?<![ぁ-ん])わて|あたし|あたい|私|僕|ぼく|俺|おれ|おら[ぁあ]?|わし|(?<![ぁ-ん])うち"
"""Words for oneself, dialects included."""
FILLER = r"えー|えーと|えっと|ええと|いや|あのー?"
OPENING = rf"\A|[。、\n\s!！?？「]|はい|もしもし|{ME}|{FILLER}|すいません|すみません|こんにちは|お願いします|者で|(?<![ぁ-ん])こちら"
"""After these a speaker may say who it is."""
SAYS = (
    r"\s?(?:と申し|と(?:言い|いい)(?!ますか)|っていい|って言い|っ?て(?:言う|いう|ゆう)(?:者|もん)|という者|っ?ちゅう(?:者|もん)|[いゆ]う(?:者|もん)"
    r"|(?:いう|ゆう|言う)(?:んやけど|んですけど|ねん)|いいますねん|ともうす)"
)
"""The verbs of naming oneself, as far as they are never anything else."""
DIALECT_IS = r"(?:じゃ|や|だ)(?:けどー?|けんど?|けども|が(?=、|\s)|ねん(?!て)|ども|ばって)|だけんど|っす(?!か|よね)|ですー|でーす"
"""「です」 as it is spoken at home."""
