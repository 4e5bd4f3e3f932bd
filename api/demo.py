"""The demonstration: みほん市 with its FAQ and synonyms, a throw-away login for every role, an API key."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from api.security.accounts import Accounts
from api.security.permissions import PERSON_ROLES, ROLE_LABELS, Role
from knowledge.bootstrap import Services
from knowledge.errors import NotFound
from knowledge.faq.progress import Progress

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
_WHO = "demo"
_KEY_LABEL = "デモ"
_PASSWORD_BYTES = 9


@dataclass(frozen=True, slots=True)
class DemoLogins:
    """Login names by role, their common password, and a key for the JSON interface."""

    names: dict[Role, str]
    password: str
    api_key: str


def load_samples(services: Services, progress: Progress) -> int:
    """Import and publish what is not there yet; returns how many FAQ were published now."""
    services.synonyms.import_csv((SAMPLES / "synonyms.csv").read_bytes(), _WHO)
    report = services.faqs.import_file((SAMPLES / "faq.csv").read_bytes(), True, _WHO, progress)
    return report.published


def make_logins(accounts: Accounts) -> DemoLogins:
    """A new password and a new key each time; the old ones stop working."""
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    names = {role: f"demo-{role.value}" for role in PERSON_ROLES}
    for role, name in names.items():
        try:
            accounts.users.get(name)
        except NotFound:
            accounts.users.create(_WHO, name, role, f"デモ（{ROLE_LABELS[role]}）", password)
        else:
            accounts.users.set_password(_WHO, name, password)
    for key in accounts.keys.all():
        if key.label == _KEY_LABEL and key.revoked_at is None:
            accounts.keys.revoke(_WHO, key.key_id)
    api_key, _ = accounts.keys.create(_WHO, _KEY_LABEL, Role.ADMIN)
    return DemoLogins(names, password, api_key)
