"""What every route is given: the domain core, who may come in, and the counters."""

from dataclasses import dataclass

from api.metrics import Metrics
from api.security.accounts import Accounts
from knowledge.bootstrap import Services


@dataclass(frozen=True, slots=True)
class Doors:
    services: Services
    accounts: Accounts
    metrics: Metrics
