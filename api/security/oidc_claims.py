"""From verified ID token claims to a person and a role, and from there to an account of ours."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from api.security.accounts import Accounts
from api.security.logins import LoginStep
from api.security.permissions import Role
from api.security.users import User
from knowledge.errors import Conflict, Unauthenticated

_STRONG = frozenset({"mfa", "otp", "hwk"})
"""RFC 8176 method names that say a second factor was checked."""
_UNFIT = re.compile(r"[^a-z0-9._@-]+")


@dataclass(frozen=True, slots=True)
class RoleRule:
    """`claim` (dots go into objects: realm_access.roles) holds the person's groups; the first entry of `mapping`
    whose group the person has decides, else `default`. Group names never count as roles by themselves."""

    default: Role
    claim: str = "roles"
    mapping: Mapping[str, Role] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OidcIdentity:
    """A person as the provider knows them; `strong` when it has checked a second factor."""

    subject: str
    name: str
    display_name: str
    role: Role
    strong: bool


def identity_of(issuer: str, claims: Mapping[str, Any], rule: RoleRule) -> OidcIdentity:
    """Raises Unauthenticated when the token names nobody."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise Unauthenticated("認証サーバーから利用者の情報を受け取れませんでした。管理者に連絡してください。")
    given = next((claims[key] for key in ("preferred_username", "email") if isinstance(claims.get(key), str)), subject)
    shown = claims.get("name")
    methods = claims.get("amr")
    return OidcIdentity(
        subject=f"{issuer}|{subject}",
        name=given,
        display_name=shown if isinstance(shown, str) else "",
        role=role_of(claims, rule),
        strong=isinstance(methods, list) and bool(_STRONG & {str(method) for method in methods}),
    )


def role_of(claims: Mapping[str, Any], rule: RoleRule) -> Role:
    found: Any = claims
    for part in rule.claim.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    groups = {found} if isinstance(found, str) else {str(item) for item in found} if isinstance(found, list) else set()
    return next((role for group, role in rule.mapping.items() if group in groups), rule.default)


def login_identity(accounts: Accounts, identity: OidcIdentity, address: str, replaces: str = "") -> LoginStep:
    """Log the person in; the account is made at the first login and follows the provider's role at every one.

    Accounts are found by the provider's subject alone: an equal name never takes over a local account.
    """
    user = accounts.users.by_oidc_subject(identity.subject) or _created(accounts, identity)
    if user.role is not identity.role:
        user = accounts.users.change("oidc", user.name, role=identity.role)
    return accounts.logins.with_oidc(user.name, address, identity.strong, replaces)


def _created(accounts: Accounts, identity: OidcIdentity) -> User:
    wanted = _UNFIT.sub("-", identity.name.casefold()).strip("._@-")[:56] or "oidc"
    for number in range(1, 100):
        name = wanted if number == 1 and len(wanted) > 1 else f"{wanted}-{number}"
        if accounts.users.is_taken(name):
            continue
        return accounts.users.create("oidc", name, identity.role, identity.display_name, oidc_subject=identity.subject)
    raise Conflict("同じ名前の利用者が多すぎるため、登録できません。管理者に連絡してください。")
