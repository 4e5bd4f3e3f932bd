"""/v1/synonyms: words that mean the same to a citizen."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import Field

from api.doors import Doors
from api.replies import problems
from api.routes.fields import Body, Revision
from api.security.declare import requires
from api.security.permissions import Permission
from api.security.principal import Principal
from knowledge.domain import SynonymGroup

GroupId = Annotated[str, Path(max_length=64)]
Term = Annotated[str, Field(max_length=200)]
Editor = Annotated[Principal, requires(Permission.SYNONYM_EDIT)]


class GroupBody(Body):
    preferred: Term
    terms: list[Term] = Field(max_length=500)


class GroupChange(GroupBody):
    revision: Revision


def synonyms_router(doors: Doors) -> APIRouter:
    router = APIRouter(prefix="/v1/synonyms", tags=["synonyms"], responses=problems(401, 403, 404, 409, 422, 503))
    synonyms = doors.services.synonyms

    @router.get("", dependencies=[requires(Permission.FAQ_READ)])
    def list_groups() -> list[dict[str, Any]]:
        return [
            {**_shape(record.group), "revision": record.revision, "updated_by": record.updated_by}
            for record in synonyms.groups()
        ]

    @router.post("", status_code=201)
    def add_group(body: GroupBody, by: Editor) -> dict[str, Any]:
        return _shape(synonyms.add(SynonymGroup(body.preferred, tuple(body.terms)), by.who))

    @router.patch("/{group_id}")
    def change_group(group_id: GroupId, body: GroupChange, by: Editor) -> dict[str, Any]:
        wanted = SynonymGroup(body.preferred, tuple(body.terms), group_id)
        return _shape(synonyms.change(wanted, body.revision, by.who))

    @router.delete("/{group_id}", status_code=204)
    def remove_group(group_id: GroupId, by: Editor) -> None:
        synonyms.remove(group_id, by.who)

    return router


def _shape(group: SynonymGroup) -> dict[str, Any]:
    return {"group_id": group.group_id, "preferred": group.preferred, "terms": list(group.terms)}
