"""What the pages of the assist are given."""

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated

from fastapi import Path

from api.assist_view import AssistView, Entry
from api.security.declare import requires
from api.security.permissions import Permission
from api.security.principal import Principal
from api.web.staff.pages import Pages
from desk.assist.checklists import Checklist
from desk.assist.samples import SampleCall, load_sample_calls
from desk.assist.scripts import Passage, passages
from desk.service import Desk
from knowledge.bootstrap import Services
from knowledge.faq.variables import fill

AssistUser = Annotated[Principal, requires(Permission.ASSIST_USE)]
Supervisor = Annotated[Principal, requires(Permission.QUALITY_REVIEW)]
SessionId = Annotated[str, Path(max_length=32, pattern=r"^[0-9a-f]+$")]
RecordId = Annotated[str, Path(max_length=32, pattern=r"^[A-Za-z0-9-]+$")]
PATH = "/staff/desk/assist"
WATCH = "/staff/desk/live"


@dataclass(frozen=True)
class AssistPages:
    services: Services
    desk: Desk
    pages: Pages
    view: AssistView
    entry: Entry

    @cached_property
    def samples(self) -> tuple[SampleCall, ...]:
        return load_sample_calls()

    def scripts(self) -> list[tuple[str, tuple[Passage, ...]]]:
        """Those whose every part is approved now."""
        profile = self.services.profile
        read = [(one.title, passages(one, profile, self.entry, fill)) for one in self.desk.guides.scripts]
        return [(title, found) for title, found in read if found]

    def checklists(self) -> list[Checklist]:
        """Those whose FAQ is published now."""
        return [one for one in self.desk.guides.checklists if self.entry(one.faq_id) is not None]

    def categories(self) -> dict[str, str]:
        return {one.name: one.name for one in self.services.profile.kpi.categories}
