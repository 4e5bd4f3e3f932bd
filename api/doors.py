"""What every route is given: the domain core, who may come in, the counters, the voicebot, the evaluation and what deletes."""

from dataclasses import dataclass

from api.evals import Evals
from api.metrics import Metrics
from api.reading.copies import Copies
from api.security.accounts import Accounts
from api.voice.phone import Phone
from knowledge.bootstrap import Services
from knowledge.retention.keeper import Retention


@dataclass(frozen=True, slots=True)
class Doors:
    services: Services
    accounts: Accounts
    metrics: Metrics
    phone: Phone
    evals: Evals
    retention: Retention
    copies: Copies | None = None
    """Where questions are read beside this process; None: nowhere."""
