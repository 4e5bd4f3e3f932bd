"""The list of all FAQ: filters, words, paging, and moving many FAQ to another category."""

from typing import Annotated, Any, cast

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.web.staff.callers import Editor, Reader
from api.web.staff.context import Staff
from api.web.staff.notices import see
from api.web.staff.paging import PAGE_SIZE, PageNumber, Paging, offset_of
from api.web.staff.sent import Form
from knowledge.domain import Visibility
from knowledge.errors import InvalidInput
from knowledge.faq.labels import LANG_LABELS, VISIBILITY_LABELS
from knowledge.faq.lifecycle import STATUS_LABELS
from knowledge.faq.records import FaqFilter, Key
from knowledge.text.normalise import clean

PATH = "/staff/faqs"
Text = Annotated[str, Query(max_length=200)]
FILTERS = ("text", "category", "subcategory", "status", "department", "tag", "lang", "visibility")


def faq_list_router(staff: Staff, router: APIRouter) -> APIRouter:
    @router.get("/faqs")
    def faq_list(
        request: Request,
        who: Reader,
        text: Text = "",
        category: Text = "",
        subcategory: Text = "",
        status: Text = "",
        department: Text = "",
        tag: Text = "",
        lang: Text = "ja",
        visibility: Text = "",
        page: PageNumber = 1,
    ) -> Response:
        given = (text, category, subcategory, status, department, tag, lang, visibility)
        chosen = {name: clean(value) for name, value in zip(FILTERS, given, strict=True)}
        return _page(staff, request, chosen, page)

    @router.post("/faqs/category")
    def move_category(request: Request, who: Editor, form: Form) -> Response:
        chosen = {name: clean(form.text(f"filter_{name}"))[:200] for name in FILTERS}
        keys = [key for text in form.texts("key") if (key := _key(text)) is not None]
        kept = {name: value for name, value in chosen.items() if value}
        if not keys:
            return see(PATH, "nothing_chosen", **kept)
        category, subcategory = form.text("category"), form.text("subcategory")
        try:
            if not category.strip():
                raise InvalidInput("移動先の大分類を入力してください。")
            staff.services.faqs.bulk_category(keys, category, subcategory, who.who)
        except InvalidInput as error:
            again = {"error": error, "picked": set(keys), "to": (category, subcategory), "status_code": error.status}
            return _page(staff, request, chosen, max(1, form.number("page")), **again)
        return see(PATH, "moved", **kept)

    return router


def filter_of(chosen: dict[str, str]) -> FaqFilter:
    """The list's filter; values nobody offers match everything."""
    status = chosen["status"] if chosen["status"] in STATUS_LABELS else None
    visibility = chosen["visibility"] if chosen["visibility"] in VISIBILITY_LABELS else None
    return FaqFilter(
        text=chosen["text"],
        category=chosen["category"],
        subcategory=chosen["subcategory"],
        status=status,
        department=chosen["department"],
        tag=chosen["tag"],
        lang="" if chosen["lang"] == "all" else chosen["lang"],
        visibility=cast(Visibility | None, visibility),
    )


def category_names(staff: Staff) -> tuple[list[str], list[str]]:
    """(categories, subcategories) in use, for the choices of a form."""
    rows = staff.services.faqs.categories()
    return sorted({row[0] for row in rows if row[0]}), sorted({row[1] for row in rows if row[1]})


def _page(staff: Staff, request: Request, chosen: dict[str, str], number: int, **extra: Any) -> Response:
    found = staff.services.faqs.list_faqs(filter_of(chosen), offset_of(number), PAGE_SIZE)
    categories, subcategories = category_names(staff)
    status_code = extra.pop("status_code", 200)
    return staff.pages.page(
        request,
        "faqs.html",
        status_code,
        records=found.items,
        paging=Paging(number, found.total, PATH, chosen),
        chosen=chosen,
        categories=categories,
        subcategories=subcategories,
        statuses=STATUS_LABELS,
        languages=LANG_LABELS,
        visibilities=VISIBILITY_LABELS,
        **{"picked": set(), "to": ("", ""), **extra},
    )


def _key(text: str) -> Key | None:
    faq_id, slash, lang = text.rpartition("/")
    return (clean(faq_id), clean(lang)) if slash else None
