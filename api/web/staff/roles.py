"""The role a form names."""

from api.security.permissions import Role
from api.web.staff.sent import Sent
from knowledge.errors import InvalidInput, Problem


def role_of(form: Sent) -> Role:
    """Raises InvalidInput."""
    try:
        return Role(form.text("role"))
    except ValueError:
        text = "役割を選んでください。"
        raise InvalidInput(text, [Problem(text, column="role")]) from None
