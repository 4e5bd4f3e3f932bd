"""Writing an FAQ: new, from a gap, as a translation, or a change of one that stands. Nothing typed is ever lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.web.staff.callers import Editor, FaqId, Lang
from api.web.staff.context import Staff
from api.web.staff.faq_form import Values, entry_of, read_entry, sent_values, values_of
from api.web.staff.faq_list_pages import category_names
from api.web.staff.faq_preview import preview_of
from api.web.staff.notices import see
from api.web.staff.publication_pages import path_of
from api.web.staff.sent import Form, Sent
from api.web.staff.show import HANDOFF_LABELS
from eval.edit_impact import EditImpact, edit_of, impact_of
from knowledge.answering.writing import Written
from knowledge.domain import LANGUAGES, FaqEntry
from knowledge.errors import Conflict, InvalidInput, MadoguchiError, NoLanguageModel, NotFound, Problem, Unavailable
from knowledge.faq.diff import diff
from knowledge.faq.labels import LANG_LABELS
from knowledge.faq.lifecycle import check_editable
from knowledge.faq.records import SOURCE_LANG, EditConflict, FaqRecord
from knowledge.language.easy_japanese import EasyDraft
from knowledge.language.translating import TranslatedFaq
from knowledge.text.normalise import clean

NEW = "/staff/faqs/new"
_EXAMPLES, _SOURCES = 10, 3
Short = Annotated[str, Query(max_length=64)]


def faq_edit_router(staff: Staff, router: APIRouter) -> APIRouter:
    _add_new(staff, router)
    _add_edit(staff, router)

    @router.post("/faqs/easy")
    def easy(request: Request, who: Editor, form: Form) -> Response:
        """The form again, with a machine's やさしい日本語 in it; the button of new and of standing FAQ."""
        values, base = sent_values(form.all_texts()), _base(form)
        record = staff.services.faqs.get(base.faq_id, base.lang) if form.text("revision") not in ("", "0") else None
        made, error = None, None
        try:
            made = staff.services.easy_japanese.draft(values["answer"])
            values = {**values, "answer_easy": made.text}
        except (NoLanguageModel, InvalidInput) as refused:
            error = refused
        again: dict[str, Any] = {"record": record, "revision": form.number("revision")} if record else {}
        return _editor(staff, request, record.entry if record else base, values, error=error, easy=made, **again)

    @router.post("/faqs/preview")
    def preview(request: Request, who: Editor, form: Form) -> Response:
        entry, problems = read_entry(sent_values(form.all_texts()), _base(form))
        return staff.pages.page(request, "faq_preview.html", preview=preview_of(staff, entry, problems))

    one_at_a_time = Lock()

    @router.post("/faqs/impact")
    def impact(request: Request, who: Editor, form: Form) -> Response:
        """For the page's button; without JavaScript the answer is a page of its own."""
        found: EditImpact | None = None
        refused: MadoguchiError | None = None
        try:
            entry = entry_of(sent_values(form.all_texts()), _base(form))
            with _turn(one_at_a_time):
                found = impact_of(staff.services, edit_of(staff.services, entry))
        except (InvalidInput, Unavailable) as error:
            refused = error
        template = "faq_impact.html" if "hx-request" in request.headers else "faq_impact_page.html"
        return staff.pages.page(request, template, impact=found, error=refused)

    return router


@contextmanager
def _turn(lock: Lock) -> Iterator[None]:
    """A trial asks hundreds of questions: two at once would slow down the answers to citizens. Raises Unavailable."""
    if not lock.acquire(blocking=False):
        raise Unavailable("ほかの編集の影響を調べています。終わるまで少し待ってから、もう一度お試しください。")
    try:
        yield
    finally:
        lock.release()


def _add_new(staff: Staff, router: APIRouter) -> None:
    @router.get("/faqs/new")
    def new_page(request: Request, who: Editor, source: Short = "", lang: Short = SOURCE_LANG) -> Response:
        entry = FaqEntry("", "", "")
        if source:
            entry = _translation(staff, clean(source), lang)
        return _editor(staff, request, entry, values_of(entry))

    @router.post("/faqs/new/machine")
    def machine_translated(request: Request, who: Editor, form: Form) -> Response:
        """The form with a machine's translation in it. Nothing is saved: a person reads it first."""
        base = _base(form)
        entry, made, error = _translation(staff, base.faq_id, base.lang), None, None
        try:
            made = staff.services.translator.faq(staff.services.faqs.get(base.faq_id).entry, base.lang)
            entry = replace(entry, question=made.entry.question, answer=made.entry.answer)
        except NoLanguageModel as refused:
            error = refused
        return _editor(staff, request, entry, values_of(entry), error=error, machine=made)

    @router.post("/faqs/new/prefilled")
    def prefilled(request: Request, who: Editor, form: Form) -> Response:
        entry = FaqEntry("", "", "")
        return _editor(staff, request, entry, {**values_of(entry), **_given(form)})

    @router.post("/faqs/new/drafted")
    def drafted(request: Request, who: Editor, form: Form) -> Response:
        """The form with a machine's draft in it, worded from the nearest approved FAQ. Nothing is saved: a person reads
        it first."""
        entry = FaqEntry("", "", "")
        values = {**values_of(entry), **_given(form)}
        error: MadoguchiError | None = None
        written: Written | None = None
        try:
            written = _written(staff, form)
            values |= {name: text for name, text in written.parts.items() if text}
        except NoLanguageModel as refused:
            error = refused
        return _editor(staff, request, entry, values, error=error, written=written)

    @router.post("/faqs/new")
    def create(request: Request, who: Editor, form: Form) -> Response:
        values, base = sent_values(form.all_texts()), _base(form)
        try:
            record = staff.services.faqs.create_draft(entry_of(values, base), who.who)
        except (InvalidInput, Conflict) as error:
            return _editor(staff, request, base, values, error=error)
        return see(path_of(record.key), "created")


def _add_edit(staff: Staff, router: APIRouter) -> None:
    @router.get("/faqs/{faq_id}/{lang}/edit")
    def edit_page(request: Request, who: Editor, faq_id: FaqId, lang: Lang) -> Response:
        record = staff.services.faqs.get(faq_id, lang)
        if record.entry.status not in ("published", "retired"):
            check_editable(record.entry.status)
        return _editor(staff, request, record.entry, values_of(record.entry), record=record)

    @router.post("/faqs/{faq_id}/{lang}/edit")
    def save(request: Request, who: Editor, faq_id: FaqId, lang: Lang, form: Form) -> Response:
        values = sent_values(form.all_texts())
        record = staff.services.faqs.get(faq_id, lang)
        revision = form.number("revision")
        again: dict[str, Any] = {"record": record, "revision": revision}
        try:
            saved = staff.services.faqs.save_draft(entry_of(values, record.entry), revision, who.who)
        except EditConflict as error:
            again = {"record": error.theirs, "revision": error.theirs.revision}
            again["clash"] = diff(error.theirs.entry, error.yours, staff.surfaces)
            return _editor(staff, request, record.entry, values, error=error, **again)
        except MadoguchiError as error:
            return _editor(staff, request, record.entry, values, error=error, **again)
        return see(path_of(saved.key), "saved")


def _editor(
    staff: Staff,
    request: Request,
    entry: FaqEntry,
    values: Values,
    *,
    error: MadoguchiError | None = None,
    record: FaqRecord | None = None,
    revision: int = 0,
    clash: Any = None,
    machine: TranslatedFaq | None = None,
    written: Written | None = None,
    easy: EasyDraft | None = None,
) -> Response:
    draft, problems = read_entry(values, entry)
    found: tuple[Problem, ...] = error.problems if error else ()
    categories, subcategories = category_names(staff)
    by_field: dict[str, list[str]] = {}
    for problem in found:
        by_field.setdefault(problem.column or "", []).append(problem.message)
    return staff.pages.page(
        request,
        "faq_edit.html",
        error.status if error else 200,
        error=error,
        problems=by_field,
        entry=entry,
        record=record,
        revision=revision or (record.revision if record else 0),
        values=values,
        clash=clash,
        machine=machine,
        written=written,
        easy=easy,
        can_ease=staff.services.easy_japanese.available(),
        can_translate=entry.lang != SOURCE_LANG and record is None and staff.services.translator.available(),
        source=_source(staff, entry),
        preview=preview_of(staff, draft, problems) if values["question"] else None,
        categories=categories,
        subcategories=subcategories,
        departments=sorted({one.name for one in staff.services.profile.departments}),
        reasons=HANDOFF_LABELS,
        languages=LANG_LABELS,
        action=f"{path_of(record.key)}/edit" if record else NEW,
    )


def _base(form: Sent) -> FaqEntry:
    """Number and language of the entry that the form writes."""
    lang = form.text("lang")
    return FaqEntry(clean(form.text("faq_id")).strip(), "", "", lang=lang if lang in LANGUAGES else SOURCE_LANG)


def _given(form: Sent) -> Values:
    return {name: text for name, text in sent_values(form.all_texts()).items() if text}


def _written(staff: Staff, form: Sent) -> Written:
    """What a model makes of the questions and the FAQ nearest to them. Raises NoLanguageModel."""
    redact = staff.services.redactor.redact
    examples = [redact(line).text for line in form.text("examples").splitlines() if line.strip()][:_EXAMPLES]
    numbers = [one.strip() for one in form.text("related_ids").split("、") if one.strip()][:_SOURCES]
    found = (staff.services.retriever.entry(faq_id, SOURCE_LANG, "operator") for faq_id in numbers)
    return staff.services.writer.faq(examples, [one for one in found if one is not None])


def _translation(staff: Staff, faq_id: str, lang: str) -> FaqEntry:
    """A translation to begin with: everything that is the same in every language. Raises NotFound."""
    if lang not in LANGUAGES or lang == SOURCE_LANG:
        raise NotFound("翻訳の言語を選び直してください。")
    source = staff.services.faqs.get(faq_id).entry
    return FaqEntry(
        source.faq_id,
        "",
        "",
        lang=lang,
        category=source.category,
        subcategory=source.subcategory,
        tags=source.tags,
        department=source.department,
        evidence=source.evidence,
        url=source.url,
        related_ids=source.related_ids,
        valid_from=source.valid_from,
        valid_to=source.valid_to,
        visibility=source.visibility,
        referral=source.referral,
    )


def _source(staff: Staff, entry: FaqEntry) -> FaqEntry | None:
    """The Japanese text a translator needs to see."""
    if entry.lang == SOURCE_LANG or not entry.faq_id:
        return None
    try:
        return staff.services.faqs.get(entry.faq_id).entry
    except NotFound:
        return None
