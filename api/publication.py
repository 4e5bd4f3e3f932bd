"""May a publication go on after its check? The same rule for the pages and for /v1, with its line in the audit log."""

from enum import Enum, auto
from typing import Literal

from api.security.permissions import Permission
from api.security.principal import Principal
from eval.publication import Check
from knowledge.bootstrap import Services
from knowledge.store.audit import AuditLog


class Decision(Enum):
    GO = auto()
    CONFIRM = auto()
    """What breaks has been shown; somebody has to say that it is meant."""
    REASON = auto()
    """This person may overrule, with a reason."""
    REFUSE = auto()


def decide(
    mode: Literal["off", "warn", "block"], check: Check, confirmed: bool, reason: str, who: Principal
) -> Decision:
    """For a finished check. A check that failed or only shows moved facts asks for a confirmation in either mode."""
    if mode == "off" or check.quiet:
        return Decision.GO
    if mode == "block" and check.breaks:
        if not who.may(Permission.FAQ_OVERRIDE):
            return Decision.REFUSE
        return Decision.GO if reason.strip() else Decision.REASON
    return Decision.GO if confirmed else Decision.CONFIRM


def record(services: Services, check: Check, reason: str) -> None:
    """Who went on although something breaks, and why. Before the publication: a refused one is no secret either."""
    if check.quiet:
        return
    found = check.found
    detail: dict[str, str | int] = {"step": check.wish.step}
    if found is not None:
        detail |= {"harmful": found.harmful, "wrong": found.wrong}
    if check.error:
        detail["error"] = check.error
    if reason:
        detail["reason"] = reason
    with services.db.begin() as conn:
        AuditLog(services.clock).append(conn, check.wish.who, "faq.overrule", "/".join(check.wish.key), detail)
