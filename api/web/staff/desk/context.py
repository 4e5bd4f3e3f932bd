"""What the pages about records, cases, reports and the board are given."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Path

from api.security.declare import requires
from api.security.permissions import Permission
from api.security.principal import Principal
from api.web.staff.pages import Pages
from desk.service import Desk
from knowledge.bootstrap import Services

RecordReader = Annotated[Principal, requires(Permission.INTERACTION_READ)]
RecordWriter = Annotated[Principal, requires(Permission.INTERACTION_WRITE)]
RecordDeleter = Annotated[Principal, requires(Permission.INTERACTION_DELETE)]
RecordExporter = Annotated[Principal, requires(Permission.INTERACTION_EXPORT)]
IncidentManager = Annotated[Principal, requires(Permission.INCIDENT_MANAGE)]
ReportReader = Annotated[Principal, requires(Permission.REPORT_READ)]
RecordId = Annotated[str, Path(max_length=32, pattern=r"^[A-Za-z0-9-]+$")]
TicketId = Annotated[str, Path(max_length=32, pattern=r"^[0-9a-f]+$")]
RECORDS = "/staff/desk/records"
COMPLAINTS = "/staff/desk/complaints"
CALLBACKS = "/staff/desk/callbacks"
REPORTS = "/staff/desk/reports"
QUALITY = "/staff/desk/quality"
INCIDENTS = "/staff/desk/incidents"


@dataclass(frozen=True)
class DeskPages:
    services: Services
    desk: Desk
    pages: Pages

    def categories(self) -> list[str]:
        """The city's classes of inquiry, in its own order."""
        return [one.name for one in self.services.profile.kpi.categories]
