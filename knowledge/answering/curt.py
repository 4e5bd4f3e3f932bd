"""Words that only say for whom (母のやつをお願いしたい), that it fails (使えなくなった), that something is needed
(手続きって何が必要) or a matter that is several (期限切れた、引っ越しました): what they mostly mean, as questions of their own,
so that the question back offers those.

Pure: standard library only. Works on the matching form.
"""

from knowledge.answering.bare_topic import HAPPENED_BEFORE, LONGEST_PIECE, OPENING_PIECE, without_opening
from knowledge.text.late_pattern import late_pattern
from knowledge.text.pieces import made_of

_CHILD = r"子ども|子供|こども|うちの子|(上|下|真ん中)の子|お?子(さん|様)|息子|娘|孫|赤ちゃん|赤ん坊|長男|長女|次男|次女|小学生|中学生"
_ADULT = r"お?(母|父|祖母|祖父|兄|姉|義母|義父|じい|ばあ|爺|婆)(さん|ちゃん|様)?|母親|父親|両親|親|弟|妹|(うちの)?(夫|妻|主人|旦那|だんな|家内|嫁|女房|亭主|奥さん|かみさん)|おふくろ|おやじ|親父|伯?叔?(父|母)|家族|身内|年寄り|施設の(人|者)"
_FOR = r"(の(分|ぶん|代理|代わり))?の?(マイナンバー|マイナ)?の?(カード)?(の)?(件|こと|事|やつ|ヤツ|もの|もん|分|ん|話|用事|手続き?|カード)"
_SOMEONE = late_pattern(
    rf"(うち|私|わたし|わし|僕|俺|自分|実家|田舎|同居|高齢|年寄り)?の?((?P<child>{_CHILD})|(?P<adult>{_ADULT})){_FOR}(について|に関して|なの|なん|を|で(?!す)|は|が|に|も|って)?、?"
)
_WISH = late_pattern(
    r"((お)?(願い|ねがい|頼み|たのみ)(し|いたし)?(たく(て)?|たい|ます|まして|できます|できる)?|やって(ほしい|もらいたい|もらえます|くれます)|やりたい|したい|どう(すれば|したら)(いい|よい|良い)?|お?電話(しました|した)(んですけど|んですが)?|んですけど|(やけど|じゃけど|やけども|だども|ですけんど|なんやけど|じゃが))"
)
_FAILS = late_pattern(
    rf"^(?!.*(たら|場合|時|とき|ときは|なると|とどう)){HAPPENED_BEFORE}((マイナンバー|マイナ|この)?の?カード(が|は|も|って)?、?{HAPPENED_BEFORE})?(使|つか)(え(な|ん|ませ|へん)|われへん)[ぁ-んー、。.?？!！\s]{{0,24}}$"
)
_NEEDS = late_pattern(
    rf"^{HAPPENED_BEFORE}手続き?(の(とき|時)|をする(とき|時|の))?(って|には?|は|で|するのに)?、?((何|なに)(が|を|ば|か)?(必要|い[るり]|要|持って)|(必要|いる|要る)な?(書類|もの|物|持ち物))[^。、]{{0,14}}[。、.?？!！\s]*$"
)
_TAIL = r"(?!た(ら|場合))[ぁ-んー、。.?？!！\s]{0,20}$"
"""Nothing more that names anything."""
_MATTERS = (
    (
        late_pattern(
            rf"^{HAPPENED_BEFORE}(気(が|に)?(つ|付|づ)いたら、?{HAPPENED_BEFORE})?(有効)?期限(が|も|は|、)?(もう|とっくに|とうに)?(切|き)れ{_TAIL}"
        ),
        ("カードの有効期限が過ぎた", "電子証明書の有効期限が切れてしまった", "交付通知書のはがきの期限を過ぎた"),
    ),
    (
        late_pattern(rf"^{HAPPENED_BEFORE}ロック(が|を)?(され|かか|解除){_TAIL}"),
        (
            "窓口で暗証番号の再設定をするときの持ち物",
            "コンビニで暗証番号を再設定したい",
            "病院で暗証番号がロックされた",
        ),
    ),
    (
        late_pattern(rf"^{HAPPENED_BEFORE}パスワード(が|を|も|は|、|\s)*(忘れ|(分か|わか)ら(な|ん|へ)){_TAIL}"),
        ("数字4桁の暗証番号を忘れた", "署名用電子証明書の英数字の暗証番号を忘れた", "マイナポータルにログインできない"),
    ),
    (
        late_pattern(
            rf"^{HAPPENED_BEFORE}((来|先|今)(月|週|年)、?(に)?)?引っ?越し?(し|す|を|が)?(こと(に|が)|た(?!く|い)|る|ます|まし|とる|てん|(予定|の手続き?)){_TAIL}"
        ),
        (
            "市内で引っ越したときのカードの住所変更",
            "ほかの市区町村から引っ越してきたときの手続き",
            "ほかの市区町村へ引っ越すときのカード",
        ),
    ),
    (
        late_pattern(
            rf"^{HAPPENED_BEFORE}((マイナンバー|マイナ)?カードの)?(紐|ひも)(づ|付)け(の)?(方法|やり方|仕方|方|手続き?|登録)?{_TAIL}"
        ),
        (
            "マイナ保険証の利用登録をスマートフォンで行う",
            "公金受取口座を登録する",
            "スマートフォンにマイナンバーカードを追加する",
        ),
    ),
    (
        late_pattern(
            rf"^{HAPPENED_BEFORE}((代理(人)?|代わり)(の(人|者|ひと))?(で|の|に|が|による|\s)*(交付)?(申請|申し?込み?)|(交付)?(申請|申し?込み?)(は|を|の|も|、|\s)*(代理(人)?|代わり))(の(人|方|ひと))?{_TAIL}"
        ),
        (
            "15歳未満の子どものカードを親が代わりに申請",
            "15歳以上の家族のカードを代わりに申請",
            "成年被後見人のカードの申請",
        ),
    ),
)
"""Matters that are several, and what they are."""
_OF_A_CHILD = ("子どものカードを申請したい", "15歳未満の子どものカードの受け取り", "子どもの暗証番号が分からない")
_OF_AN_ADULT = (
    "代理人がカードを受け取れるのはどのような場合か",
    "暗証番号の再設定を代理人が行いたい",
    "電子証明書の更新を代理人が行いたい",
)
_FAILING = (
    "カードのICチップが読み取れない",
    "暗証番号がロックされた",
    "病院や薬局のカードリーダーで読み取れない",
    "電子証明書の有効期限が切れてしまった",
)
_NEEDED = ("カードの申請に必要なもの", "カードの受け取りに必要なもの", "電子証明書の更新に必要なもの")
_WHAT_ABOUT = ("{}を忘れました", "{}を変更したい", "{}を取りたい", "{}を登録したい", "{}をなくしました")


def mostly_meant(normal_text: str) -> tuple[str, ...]:
    """What people mostly mean who say no more than this; empty for words that say more."""
    said = without_opening(normal_text)
    if _FAILS.match(said):
        return _FAILING
    if _NEEDS.match(said):
        return _NEEDED
    for words, questions in _MATTERS:
        if words.match(said):
            return questions
    person = _SOMEONE.match(said)
    if person is None or not _only_opens(said[person.end() :]):
        return ()
    return _OF_A_CHILD if person["child"] else _OF_AN_ADULT


def mostly_asked_of(noun: str) -> tuple[str, ...]:
    """What people mostly ask about one of our matters that was only named (暗証番号の件で)."""
    return tuple(form.format(noun) for form in _WHAT_ABOUT)


def _only_opens(rest: str) -> bool:
    rest = _WISH.sub("", rest, count=1)
    return not rest or made_of(OPENING_PIECE, rest, LONGEST_PIECE)
