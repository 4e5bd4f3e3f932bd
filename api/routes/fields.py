"""Field types that several bodies share."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from knowledge.domain import Channel

MAX_CHARS = 4_000
"""The longest question."""


def _none_is_default(value: Any) -> Any:
    """Callers send null for what they do not know."""
    return "" if value is None else value


QueryText = Annotated[str, Field(min_length=1, max_length=MAX_CHARS, description="質問の文")]
Language = Literal["ja", "en", "zh", "ko", "vi", "pt", "tl"]
LangName = Annotated[Language, Field(description="質問と回答の言語")]
JapaneseUnlessSaid = Annotated[
    Language, BeforeValidator(lambda value: "ja" if value is None else value), Field(description="省くと ja")
]
OptionalLang = Annotated[
    Language | Literal[""], BeforeValidator(_none_is_default), Field(description="省くと質問の文から判断します")
]
CategoryName = Annotated[str, BeforeValidator(_none_is_default), Field(max_length=200, description="省くとすべて")]
ChannelName = Annotated[Channel, Field(description="認証のない呼出しは web とみなします")]
ShortId = Annotated[
    str,
    BeforeValidator(_none_is_default),
    Field(max_length=64, pattern=r"^[A-Za-z0-9._:-]*$", description="64文字以内"),
]
FaqId = Annotated[str, Field(min_length=1, max_length=64)]
Revision = Annotated[int, Field(ge=0, le=2**31 - 1)]


class Body(BaseModel):
    """A body of the editing routes: what is not known is refused, so that a typing error is seen."""

    model_config = ConfigDict(extra="forbid")
