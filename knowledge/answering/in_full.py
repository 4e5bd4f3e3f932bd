"""What short words mean in full, where they can mean but one thing to a centre for the card: 「土日やってますか」 asks when
the counter is open, 「給付金の口座」 is the account registered for benefits (公金受取口座).

Pure: standard library only. Works on the matching form; the result serves the search, never a reply.
"""

from knowledge.answering.bare_topic import without_opening
from knowledge.text.late_pattern import late_pattern

_DAY = r"(土日祝?|土曜日?|日曜日?|祝日|祭日|休日|休みの日|平日|週末|年末年始|年末|年始|お盆|夜間?|夕方|朝|お?昼休み|お?昼|[月火水木金]曜日?|今日|明日|あした)"
_OPEN = r"(やって|開いて|あいて|空いて|営業して|やっと|開いと|あいと|受け付けて)(い)?(る|ます|ん|ませ|り|はる|ない)"
_HOURS = late_pattern(
    rf"^(そちら|そっち|おたく|窓口|市役所|役所)?(は|って|も)?、?(?P<when>{_DAY}((や|と|か|とか|、){_DAY}){{0,2}})(の日)?(は|って|も|に|でも|とか)?、?"
    rf"(そちら|そっち|おたく|窓口|市役所|役所)?(は|って|も)?{_OPEN}[ぁ-んー、。.?？!！\s]{{0,10}}$"
)
_BENEFIT_ACCOUNT = late_pattern(r"給付金(など)?(の|用の?|を(受け取る|もらう|受ける)(ための|ときの)?)(振込)?口座")
_DO_WITH_IT = late_pattern(r"変え|変更|替え|登録|取り消|取消|削除|解除|やめ|確認|別の銀行|違う銀行")
_NOT_PAID = late_pattern(r"振り?込まれ|入って|入金|届か|もらえ|調べて|見て")


def in_full(normal_text: str) -> str:
    """The words in full; empty where they say all themselves."""
    hours = _HOURS.match(without_opening(normal_text))
    if hours:
        return f"カードの窓口は{hours['when']}に開いていますか"
    if _BENEFIT_ACCOUNT.search(normal_text) and _DO_WITH_IT.search(normal_text) and not _NOT_PAID.search(normal_text):
        return _BENEFIT_ACCOUNT.sub("公金受取口座", normal_text)
    return ""
