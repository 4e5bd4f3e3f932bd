"""What the pages about bot calls are given."""

from dataclasses import dataclass
from typing import Annotated

from api.security.accounts import Accounts
from api.security.declare import requires
from api.security.permissions import Permission
from api.security.principal import Principal
from api.voice.phone import Phone
from api.voice.review.call_list import CallList
from api.voice.review.marks import Marks
from api.voice.review.samples import Samples
from api.web.staff.pages import Pages
from api.web.staff.surfaces import Surfaces
from knowledge.bootstrap import Services

CallReader = Annotated[Principal, requires(Permission.CALL_READ)]
CallReviewer = Annotated[Principal, requires(Permission.CALL_REVIEW)]
CallListener = Annotated[Principal, requires(Permission.UNMASK)]
CallExporter = Annotated[Principal, requires(Permission.INTERACTION_EXPORT)]
VoiceManager = Annotated[Principal, requires(Permission.VOICE_MANAGE)]
WordingApprover = Annotated[Principal, requires(Permission.FAQ_APPROVE)]


@dataclass(frozen=True, slots=True)
class CallDesk:
    services: Services
    accounts: Accounts
    phone: Phone
    pages: Pages
    calls: CallList
    marks: Marks
    samples: Samples
    surfaces: Surfaces
