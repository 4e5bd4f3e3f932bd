"""What people say while they look for words. It says nothing about what they want, and every recogniser writes it down.

Pure: standard library only. Works on the matching form.
"""

from knowledge.text.late_pattern import late_pattern

_FILLER = late_pattern(
    r"(え[えー]+っ?と|えっと|あの[ーう]+|う[うー]*ーん|んー+|まあその|(?<![^、。\s])(えー+|あー+)|(えー+|あー+|まあ|なんか|その|あの)(?=[、。\s]))(ですね(?=[、。\s]))?[、。\s]*"
)
"""Words that also mean something (あの、その、まあ) only where a pause follows; えー and あー also where a phrase begins."""


def without_fillers(normal_text: str) -> str:
    """The text less its fillers; the text itself where nothing else is left of it."""
    return _FILLER.sub("", normal_text) or normal_text
