"""Documents to drafts, for programs and the command line."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, UploadFile

from api.doors import Doors
from api.replies import problems
from api.security.declare import requires
from api.security.permissions import Permission
from api.security.principal import Principal
from api.uploads import FOLDER, ingest_uploads

Ingester = Annotated[Principal, requires(Permission.INGEST)]


def documents_router(doors: Doors) -> APIRouter:
    router = APIRouter(prefix="/v1/documents", tags=["faqs"], responses=problems(401, 403, 413, 422, 503))

    @router.post("", summary="資料（Word・PDF・HTML・Markdown・表・通話要約）を下書きとして取り込む")
    def ingest_documents(
        by: Ingester,
        file: Annotated[list[UploadFile], File()],
        folder: Annotated[
            str, Form(max_length=200, description="資料があるフォルダーの名前。同じ名前の資料を見分ける")
        ] = FOLDER,
    ) -> dict[str, Any]:
        """Each file for itself: one that cannot be read is reported and does not stop the others."""
        uploads = [(one.filename or "", one.file.read()) for one in file]
        report = ingest_uploads(uploads, doors.services, by.who, folder_name=folder)
        if any(one.linked for one in report.files):
            doors.services.learning.wake()
        return asdict(report)

    return router
