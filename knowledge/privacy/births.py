"""Birth dates in both calendars: only with a word that says so, because most dates in a call are deadlines."""

import re

from knowledge.privacy.kinds import Kind, Span

_N = r"[0-9〇一二三四五六七八九十]"
_ERA = r"(?:明治|大正|昭和|平成|令和|(?<![A-Za-z])[MTSHRmtshr])"
_COMMON_ERA = r"(?:19|20)[0-9]{2}|[一二][〇九][〇一二三四五六七八九]{2}"
_YEAR = rf"(?:{_ERA}\s?(?:元|{_N}{{1,3}})|(?:西暦?\s?)?(?:{_COMMON_ERA}))"
_MONTH_DAY = rf"{_N}{{1,3}}\s?月\s?{_N}{{1,3}}\s?日?"
_MARKED = rf"{_YEAR}\s?[-/.・]\s?[0-9]{{1,2}}\s?[-/.・]\s?[0-9]{{1,2}}"
_FULL = rf"(?:{_YEAR}\s?年の?\s?{_MONTH_DAY}|{_MARKED}|(?:19|20)[0-9]{{6}}(?![0-9]))"
_ANY = rf"(?:{_FULL}|{_YEAR}\s?年(?:\s?{_N}{{1,3}}\s?月)?|{_N}{{1,3}}\s?年\s?{_MONTH_DAY}|{_MONTH_DAY})"
_CUE = r"(?:生年月日|誕生日|生まれた(?:日|の)|生まれ|出生日)"
_AFTER_CUE = re.compile(
    rf"(?<!回目の)(?<!のお){_CUE}(?:の日付)?[はがもを:：、\s（(「]{{0,4}}(?:えっと|えー|ええと)?[、\s]?(?P<date>{_ANY})(?P<born>\s?生(?:まれ)?)?"
)
_BORN = re.compile(
    rf"(?P<date>{_FULL}|{_YEAR}\s?年)(?:の|に)?\s?(?:生まれ|うまれ|出生|誕生|生(?=[の）)、。\s\]」】]|\Z|\ufffc))(?P<tail>た?の?(?:方|人|お子|者|場合))?"
)
_RULE = re.compile(r"(?:以降|以前|より前|より後|まで|から)")


def birth_dates(text: str) -> list[Span]:
    """Dates told to be somebody's birth. 「…以降に生まれた方」 is a rule, not a person."""
    if "生" not in text and "誕" not in text and "うまれ" not in text:
        return []
    spans = [Span(*match.span("date"), Kind.BIRTH_DATE) for match in _AFTER_CUE.finditer(text)]
    for match in _BORN.finditer(text):
        if not match["tail"]:
            spans.append(Span(*match.span("date"), Kind.BIRTH_DATE))
    return [span for span in spans if not _RULE.match(text, span.end)]
