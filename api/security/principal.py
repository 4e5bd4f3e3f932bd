"""Who is asking: one Principal for each request, resolved before the route runs."""

from dataclasses import dataclass
from typing import Literal

from starlette.requests import HTTPConnection

from api.security.permissions import ANONYMOUS_PERMISSIONS, Permission, Role

Stage = Literal["complete", "second_factor", "enrolment"]
"""How far a login has come: only a complete one carries rights."""

SCOPE_KEY = "madoguchi.principal"
INSIDE_KEY = "madoguchi.inside_staff_network"


@dataclass(frozen=True, slots=True)
class Principal:
    """A person, an API key or nobody in particular. `session_id` is the stored hash, never the cookie value."""

    kind: Literal["anonymous", "user", "key"]
    name: str
    role: Role | None
    permissions: frozenset[Permission]
    user_id: int | None = None
    display_name: str = ""
    session_id: str = ""
    key_id: str = ""
    stage: Stage = "complete"

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    @property
    def is_staff(self) -> bool:
        """Logged in all the way, or holding a valid key; nobody else may see operator-only FAQ."""
        return self.kind != "anonymous" and self.stage == "complete"

    @property
    def who(self) -> str:
        """How the audit log names this principal."""
        return f"key:{self.key_id}" if self.kind == "key" else self.name


ANONYMOUS = Principal("anonymous", "anonymous", None, ANONYMOUS_PERMISSIONS)
NOBODY = Principal("anonymous", "anonymous", None, frozenset())
"""A caller without credentials while the public service is switched off."""


def principal_of(connection: HTTPConnection) -> Principal:
    """The principal that PrincipalMiddleware resolved; without that middleware nobody has any right."""
    found = connection.scope.get(SCOPE_KEY, NOBODY)
    assert isinstance(found, Principal)
    return found
