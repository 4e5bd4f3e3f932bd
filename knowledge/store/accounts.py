"""Tables of accounts: users, sessions, failed logins, recovery codes, set-up links, API keys.

Secrets stand here only as hashes; the exception is `totp_secret`, which the server must be able to compute with: it
is sealed under a key that is not in the database (api.security.sealing).
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from knowledge.store.tables import UtcDateTime, metadata

users = Table(
    "users",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("display_name", String(100), nullable=False),
    Column("role", String(20), nullable=False),
    Column("status", String(10), nullable=False),
    Column("password_hash", String(255)),
    Column("password_changed_at", UtcDateTime),
    Column("totp_secret", String(255)),
    Column("totp_confirmed_at", UtcDateTime),
    Column("totp_last_step", Integer),
    Column("oidc_subject", String(512), unique=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_login_at", UtcDateTime),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("stage", String(20), nullable=False),
    Column("address", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Index(None, "user_id"),
)

login_failures = Table(
    "login_failures",
    metadata,
    # A hash: people type their password into the name field, and a log of that would be one of passwords.
    Column("subject", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Index(None, "user_id"),
)

setup_links = Table(
    "setup_links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE")),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("label", String(100), nullable=False),
    Column("secret_hash", String(64), nullable=False),
    Column("role", String(20), nullable=False),
    Column("scopes", String(1000), nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
    Column("last_used_at", UtcDateTime),
)
