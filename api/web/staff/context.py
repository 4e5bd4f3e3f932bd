"""What every staff page is given."""

from dataclasses import dataclass

from api.evals import Evals
from api.security.accounts import Accounts
from api.web.staff.import_jobs import ImportJobs
from api.web.staff.pages import Pages
from api.web.staff.surfaces import Surfaces
from desk.service import Desk
from knowledge.bootstrap import Services
from knowledge.retention.keeper import Retention


@dataclass(frozen=True, slots=True)
class Staff:
    """The domain core, who may come in, and how a page is made. `imports` remembers uploads between preview and
    confirmation."""

    services: Services
    accounts: Accounts
    pages: Pages
    surfaces: Surfaces
    imports: ImportJobs
    evals: Evals
    desk: Desk
    retention: Retention
