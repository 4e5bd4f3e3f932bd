"""Who may open a page: one name for each permission the staff pages ask for."""

from typing import Annotated

from fastapi import Path

from api.security.declare import login_only, requires
from api.security.permissions import Permission
from api.security.principal import Principal

Anyone = Annotated[Principal, login_only()]
Reader = Annotated[Principal, requires(Permission.FAQ_READ)]
Editor = Annotated[Principal, requires(Permission.FAQ_EDIT)]
Approver = Annotated[Principal, requires(Permission.FAQ_APPROVE)]
Publisher = Annotated[Principal, requires(Permission.FAQ_PUBLISH)]
Importer = Annotated[Principal, requires(Permission.FAQ_IMPORT)]
Ingester = Annotated[Principal, requires(Permission.INGEST)]
ManualReader = Annotated[Principal, requires(Permission.MANUAL_READ)]
ManualEditor = Annotated[Principal, requires(Permission.MANUAL_EDIT)]
Exporter = Annotated[Principal, requires(Permission.FAQ_EXPORT)]
Requester = Annotated[Principal, requires(Permission.FAQ_REQUEST)]
SynonymEditor = Annotated[Principal, requires(Permission.SYNONYM_EDIT)]
UsageReader = Annotated[Principal, requires(Permission.USAGE_READ)]
UserManager = Annotated[Principal, requires(Permission.USER_MANAGE)]
KeyManager = Annotated[Principal, requires(Permission.APIKEY_MANAGE)]
AuditReader = Annotated[Principal, requires(Permission.AUDIT_READ)]

_PLAIN = r"^[^\x00-\x20/\\?#%]{1,64}$"
FaqId = Annotated[str, Path(pattern=_PLAIN)]
Lang = Annotated[str, Path(pattern=r"^[a-z]{2,8}$")]
PlainId = Annotated[str, Path(pattern=_PLAIN)]
