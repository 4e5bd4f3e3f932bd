"""Names of the security events in the audit log."""

from enum import StrEnum


class Act(StrEnum):
    LOGIN = "login.success"
    LOGIN_FAILED = "login.failure"
    LOCKED = "login.lockout"
    LOGOUT = "logout"
    LOGOUT_EVERYWHERE = "logout.everywhere"
    USER_CREATED = "user.create"
    USER_CHANGED = "user.change"
    PASSWORD_SET = "user.password"  # noqa: S105 - the name of an event
    SECOND_FACTOR_SET = "user.second_factor.enrol"
    SECOND_FACTOR_RESET = "user.second_factor.reset"
    RECOVERY_USED = "user.recovery_code.use"
    SETUP_LINK = "setup_link.create"
    KEY_CREATED = "apikey.create"
    KEY_REVOKED = "apikey.revoke"
