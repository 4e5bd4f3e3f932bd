"""Unmistakable signs in the wording itself, as patterns; the intent model judges everything that is not unmistakable.

Pure: no library. Patterns are matched against the matching form (NFKC, lower case).
"""

from collections.abc import Callable

from knowledge.answering.danger import tells_of_danger, tells_of_despair
from knowledge.answering.demands import blames_us, demands_own_case, misses_money, wants_a_person
from knowledge.answering.harm import tells_of_harm, tells_of_loss
from knowledge.answering.misuse import asks_for_misuse
from knowledge.text.late_pattern import late_pattern

_PERSON = late_pattern(
    r"オペレータ|人間(と|に|を|の方)|(人|職員|担当(者)?|係(の人|の方|員)?|スタッフ|有人|誰か)(の方)?(と|に|へ)?(直接)?"
    r"(話(したい|させて|がしたい|せますか)|つない|繋い|つなげ|代わって|替わって|かわって|出して|お願い)"
    r"|(talk|speak) (to|with) (a |an |the )?(real )?(human|person|agent|operator|staff|someone)|operator please|real person"
    r"|人工(客服|服务|服務)|(和|跟|与|與|找)(真人|人|工作人员|工作人員|客服)(说话|說話|讲话|講話|通话|通話|谈|談)|상담원|(사람|직원|담당자)(과|이랑|하고|와).{0,4}(통화|이야기|얘기|말)"
    r"|(nói chuyện|gặp|trao đổi) với (một )?(người|nhân viên)|falar com (um |uma |o |a )?(atendente|pessoa|humano|funcion)"
    r"|(makausap|makipag-?usap) .{0,16}(tao|staff|empleyado|operator)|((사람|직원|담당자)(하고|과|이랑)?|상담사).{0,6}(통화|연결|바꿔)|转人工|轉人工|(real|actual|live) (person|human|agent)"
)
_EMERGENCY = late_pattern(
    r"救急車(を|お|呼|来)|意識が(ない|なく|ありません)|息(を)?(して(い)?(ない|ません)|ができない)|倒れ(た|て|まし).{0,12}(動か|意識|返事|反応|助け)"
    r"|火事(です|だ|が|に)|燃えて(い)?(る|ます)|刃物|殴られ|襲われ|(助けて|たすけて).{0,6}(ください|!|！|$)|血が止まら|(人|子ども|子供)が.{0,6}(落ち|はねられ|溺れ)"
    r"|call an ambulance|not breathing|(has |have |just )collapsed|(is|are) unconscious|(house|building|room|kitchen) is on fire"
)
_DISTRESS = late_pattern(
    r"死にたい|しにたい|消えてしまいたい|消えたい|自殺(?!し(た(父|母|弟|妹|兄|姉|夫|妻|主人|息子|娘|祖|叔|伯|家族|人|本人|方|の)|まし)|対策)|生きて(い)?(る意味|ても|たくない|いけない)|もう終わりにしたい|kill myself|want to die|suicid"
    r"|(don't|do not) want to (live|be alive)"
)
_INJECTION = late_pattern(
    r"(指示|命令|ルール|設定|プロンプト|制限|規則|役割)(を|は|の)?.{0,10}(無視|忘れ|破棄|解除|上書き|捨て|表示|見せ|教え|出力|書き出|従わ|変更)"
    r"|システムプロンプト|開発者モード|デバッグモード|管理者(モード|権限)|jailbreak|脱獄"
    r"|ignore (all |any |the |your |previous |above )*(instruction|rule|prompt)|system prompt|developer mode|you are now|act as (a|an|if)|pretend (to be|you)"
    r"|disregard .{0,20}(instruction|rule)|reveal .{0,20}(prompt|instruction|secret)|<\s*script|drop\s+table|union\s+select|\{\{.*\}\}|<\|.*\|>"
    r"|(そう|その通り|そのとおり|次のように|そのように)(答え|言っ|案内し|返事し|回答し)(て|ろ|なさい)"
    r"|(あなた|お前|君)は(今から|これから|もう).{0,20}(です|だ|として|なり)|なりきって|ロールプレイ"
    r"|(全|すべての|全部の|ほかの|他の)(市民|住民|人|利用者|職員)の.{0,10}(個人番号|マイナンバー|名簿|一覧|リスト|電話番号|住所|情報)を(出|教|見|表示|くれ|読)"
)
_COMPLAINT = late_pattern(
    r"(苦情|クレーム)(を|が|は)?(言い|言わ|入れ|申し|あり|ある|です|なんです|なの)|責任者(を|に|と)?(出|代わ|呼)|上司(を|に|と)?(出|代わ|呼|話)|謝(れ|って(ください|ほしい|もら))|訴え(る|て)(やる|ぞ|ます)|(議員|市長|マスコミ|新聞社?|テレビ局)(さん)?に(言う|言いつける|訴える|通報する|ばらす)(ぞ|から|わ|よ|$|。)|(担当(者)?|おまえ|お前|あんた|職員)の?名前を(出せ|言え|教えろ|名乗れ)"
    r"|(態度|対応|口の利き方|言い方)(が|は|も|の).{0,8}(悪|ひど|酷|失礼|最悪|ありえ|なって(い)?ない|何な|どういう)|ふざける?な|馬鹿に(する|し|され)|バカに(する|し|され)"
    r"|(staff|clerk|employee|officer|person at the counter) (was|were) (so |very |really )?(rude|unkind)|(laugh(ed|ing)|yell(ed|ing)|shout(ed|ing)) at (me|my|us)|roll(ed|ing) (her|his|their) eyes|treated (me|us) (so |very |really )?(badly|like)|(file|make) a complaint"
    r"|投诉|投訴|没礼貌|沒禮貌|太过分|太過分|不耐烦|不耐煩|态度(很|太|非常)?(差|恶劣)|態度(很|太|非常)?(差|惡劣)|불친절|무례|사과(도|조차) (안|없)|민원을 (넣|제기)|thô lỗ|bất lịch sự|quát (tôi|em|mình)|khiếu nại|thái độ .{0,12}(tệ|kém)"
    r"|(foi|é|era) (muito )?(gross[oa]|grosseir[oa]|mal.educad[oa])|fazer uma reclamação|grosseria|falta de educação|me trat(ou|aram) mal|gritou comigo|bastos (ang|yung|po)|magreklamo|sinigawan (po )?(ako|kami)|walang galang"
)
_INDIVIDUAL = late_pattern(
    r"(私|わたし|わし|僕|俺|自分|うち|主人|夫|妻|嫁|娘|息子|母|父|孫|祖母|祖父|おばあちゃん|おじいちゃん|うちの子|弟|妹|兄|姉)の(分|やつ|のん|もの|カード|申請|更新|再発行|再交付|手続き|予約|登録)?"
    r"(って|は|が|、|\s)*(もう|ちゃんと|今|いま|無事に?|そろそろ)?(でき|出来|仕上がっ|届い|着い|来|通(っ|り)|済ん|受理され|用意でき)"
    r"((て|で|上がって)(い|お)?(ます|る)|(まし)?た|とる|とります)(でしょう|んです|です)?(か|の|かね|かな|かしら|よね)?[。?？\s]*$"
    r"|あれから[^。]{0,8}(どう|どない|どげん|どんな(具合|風|感じ|ふう)|どないな|何か|なんか)"
    r"|ちゃんと[^。]{1,10}(て|で)(い|お)?(る|ます|とる)か(どうか)?(を|、)?(教え|調べ|見て(くださ|くれ|もら|ほし)|確認して)"
)

CUES: tuple[tuple[str, Callable[[str], object]], ...] = (
    ("emergency", _EMERGENCY.search),
    ("distress", _DISTRESS.search),
    ("injection", _INJECTION.search),
    ("asked_for_person", _PERSON.search),
    ("complaint", _COMPLAINT.search),
    ("individual_case", _INDIVIDUAL.search),
    ("misuse", asks_for_misuse),
)


def find_cues(normal_text: str) -> frozenset[str]:
    """Names of the cues that occur in `normal_text` (the matching form of a question)."""
    return frozenset(name for name, says in CUES if says(normal_text))


PLAIN: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("emergency", tells_of_danger),
    ("distress", tells_of_despair),
    ("harm", tells_of_harm),
    ("loss", tells_of_loss),
    ("asked_for_person", wants_a_person),
    ("complaint", blames_us),
    ("individual_case", demands_own_case),
    ("other_department", misses_money),
)


def find_plain(normal_text: str) -> frozenset[str]:
    """What the wording says so plainly that it decides without the intent model."""
    return frozenset(name for name, says in PLAIN if says(normal_text))
