"""Files handed to the browser."""

from datetime import date
from urllib.parse import quote

from starlette.responses import Response

HTML = "text/html; charset=utf-8"
CSV = "text/csv; charset=utf-8"
CSV_CP932 = "text/csv; charset=Shift_JIS"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def download(data: bytes, name: str, day: date, ending: str, media_type: str = CSV) -> Response:
    """`data` as a file called e.g. FAQ一覧_2026-11-21.csv."""
    file_name = quote(f"{name}_{day.isoformat()}.{ending}")
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{file_name}"}
    return Response(data, media_type=media_type, headers=headers)
