"""What POST /v1/answers takes. Apart from the route, because the command line asks with it without loading a server."""

from pydantic import BaseModel

from api.routes.fields import ChannelName, OptionalLang, QueryText, ShortId


class AnswerBody(BaseModel):
    query: QueryText
    channel: ChannelName = "operator"
    lang: OptionalLang = ""
    conversation_id: ShortId = ""
