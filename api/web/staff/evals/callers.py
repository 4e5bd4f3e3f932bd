"""Who may open the quality pages."""

from typing import Annotated

from api.security.declare import requires
from api.security.permissions import Permission
from api.security.principal import Principal

EvalReader = Annotated[Principal, requires(Permission.EVAL_READ)]
EvalRunner = Annotated[Principal, requires(Permission.EVAL_RUN)]
