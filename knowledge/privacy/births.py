"""Birth dates in both calendars: only with a word that says so, because most dates in a call are deadlines."""

from knowledge.privacy.kinds import Kind, Span
from knowledge.text.late_pattern import late_pattern

_N = r"[0-9〇一二三四五六七八九十]"
_ERA = r"(?:明治|大正|昭和|平成|令和|[明大昭平令](?=\s?[0-9元])|(?<![A-Za-z])[MTSHRmtshr])"
_COMMON_ERA = r"(?:19|20)[0-9]{2}|[一二][〇九][〇一二三四五六七八九]{2}"
_PAUSE = r"(?:[\s、の]|えーと|えー|えっと|ええと|で(?=[、\s0-9一二三四五六七八九十])){0,5}"
_YEAR = rf"(?:{_ERA}(?:の?\s?|{_PAUSE}(?=[0-9]))(?:元|{_N}{{1,3}})|(?:西暦?\s?)?(?:{_COMMON_ERA}))"
_KANA_N = r"(?:いち|にー?|さん|よん|よ(?=ねん)|し|ごー?|ろく|なな|しち|はち|きゅう|く|じゅう|じゅっ|[ひびぴ]ゃく|せん|いっ){1,8}"
_KANA_DAY = rf"(?:(?:に?じゅう)?(?:よっか|くにち)|ついたち|ふつか|みっか|いつか|むいか|なのか|ようか|ここのか|とおか|とうか|はつか|{_KANA_N}にち)"
_MONTH_DAY = rf"(?:{_N}{{1,3}}\s?月{_PAUSE}{_N}{{1,3}}\s?日?|(?:{_N}{{1,3}}|{_KANA_N})(?:がつ|月){_PAUSE}(?:{_KANA_DAY}|{_N}{{1,3}}日))"
_KANA_ERA = r"(?:めいじ|たいしょう|しょうわ|へいせい|れいわ|明治|大正|昭和|平成|令和)の?"
_KANA_DATE = rf"(?:がん|{_KANA_N})(?:ねん|年){_PAUSE}{_KANA_N}がつ{_PAUSE}{_KANA_DAY}"
_MARKED = rf"{_YEAR}\s?[-/.・]\s?[0-9]{{1,2}}\s?[-/.・]\s?[0-9]{{1,2}}"
_FULL = rf"(?:{_YEAR}\s?年{_PAUSE}{_MONTH_DAY}|{_KANA_ERA}{_KANA_DATE}|{_MARKED}|(?:19|20)[0-9]{{6}}(?![0-9]))"
_ANY = rf"(?:{_FULL}|{_YEAR}\s?年(?:{_PAUSE}{_N}{{1,3}}\s?月)?|{_N}{{1,3}}\s?年{_PAUSE}{_MONTH_DAY}|{_MONTH_DAY}(?:で、?|、){_YEAR}年?|{_MONTH_DAY}|{_KANA_DATE}|{_KANA_N}がつ{_PAUSE}{_KANA_DAY})"
_CUE = r"(?:生年月日|誕生日|生まれた(?:日|年|の)|生まれ|うまれた(?:日|の)|うまれ|出生日|せいねんがっぴ|たんじょうび|(?<![A-Za-z])(?:DOB|D\.O\.B\.?|[Dd]ate of [Bb]irth|[Bb]irthday))"
_AFTER_CUE = late_pattern(
    rf"(?<!回目の)(?<!のお){_CUE}(?:の日付)?(?:[はがもを:：、\s（(「]|です(?:が|けど)|いいます|言います){{0,4}}(?:えっと|えー|ええと)?[、\s]?(?P<date>{_ANY})(?P<born>\s?生(?:まれ)?)?"
)
_BORN = late_pattern(
    rf"(?P<date>{_FULL}|{_KANA_DATE}|{_YEAR}\s?年(?:{_PAUSE}{_N}{{1,3}}\s?月)?)(?:の|に)?\s?(?:生まれ|うまれ|出生|誕生|生(?=[の）)、。\s\]」】]|\Z|\ufffc))(?P<tail>た?の?(?:方|人|お子|者|場合))?"
)
_BEFORE_CUE = late_pattern(
    rf"(?P<date>{_FULL})(?:(?:です|でした)ね?[、。\s]{{0,2}}(?:それが)?|が)(?:私の|母の|父の|本人の)?(?:生年月日|誕生日)"
)
_ERA_LATER = late_pattern(
    rf"(?P<date>{_KANA_N}(?:ねん|年)の?{_PAUSE}{_KANA_N}がつ{_PAUSE}{_KANA_DAY})(?:です)?(?:、|で、?)(?:それ(?:が|は))?(?:昭和|平成|大正|令和|しょうわ|へいせい|たいしょう)"
)
_GATE = late_pattern("生|誕|がつ|うまれ|せいねんがっぴ|たんじょうび|DOB|D.O.B|[Bb]irth")
_RULE = late_pattern(r"(?:以降|以前|より前|より後|まで|から)")


def birth_dates(text: str) -> list[Span]:
    """Dates told to be somebody's birth. 「…以降に生まれた方」 is a rule, not a person."""
    if not _GATE.search(text):
        return []
    spans = [Span(*match.span("date"), Kind.BIRTH_DATE) for match in _AFTER_CUE.finditer(text)]
    spans += [Span(*match.span("date"), Kind.BIRTH_DATE) for match in _BEFORE_CUE.finditer(text)]
    spans += [Span(*match.span("date"), Kind.BIRTH_DATE) for match in _ERA_LATER.finditer(text)]
    for match in _BORN.finditer(text):
        if not match["tail"]:
            spans.append(Span(*match.span("date"), Kind.BIRTH_DATE))
    return [span for span in spans if not _RULE.match(text, span.end)]
