"""Whose looking at a record is written down: the city and auditors see work in progress (REC-16)."""

from api.security.permissions import Role
from api.security.principal import Principal

_WATCHERS = (Role.CITY, Role.AUDITOR)


def watched(by: Principal) -> str:
    """The name for the audit log, empty for those who work with records every minute."""
    return by.who if by.role in _WATCHERS else ""
