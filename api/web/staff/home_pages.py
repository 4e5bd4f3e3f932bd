"""The start page: what is waiting for this person."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.security.permissions import Permission
from api.security.principal import Principal
from api.web.staff.callers import Anyone
from api.web.staff.context import Staff
from api.web.staff.desk_tasks import desk_tasks
from api.web.staff.task import Task
from ingestion import review, summaries
from knowledge.domain import FaqStatus
from knowledge.faq.periods import period_of
from knowledge.faq.records import FaqFilter
from knowledge.faq.usage import LogFilter


def home_router(staff: Staff, router: APIRouter) -> APIRouter:
    @router.get("")
    def home(request: Request, who: Anyone) -> Response:
        return staff.pages.page(request, "home.html", tasks=tasks_for(staff, who))

    return router


def tasks_for(staff: Staff, who: Principal) -> list[Task]:
    """In the order in which the day's work usually goes."""
    tasks = desk_tasks(staff.desk, staff.services.clock, who)
    if who.may(Permission.FAQ_READ):
        tasks += _faq_tasks(staff, who)
    if who.may(Permission.FAQ_REQUEST):
        tasks.append(_requests(staff))
    if who.may(Permission.INGEST):
        count = review.waiting(staff.services.db, limit=0)[1]
        tasks.append(Task("資料の変更", count, "/staff/documents", "資料の新しい版で、内容が変わったところです。"))
        count = summaries.counts(staff.services.db).get("proposed", 0)
        tasks.append(Task("確認前の応対要約", count, "/staff/summaries", "FAQとの結び付けの案が、確認を待っています。"))
    if who.may(Permission.FAQ_EDIT):
        tasks.append(_gaps(staff))
    return tasks


def _faq_tasks(staff: Staff, who: Principal) -> list[Task]:
    faqs = staff.services.faqs

    def counted(status: FaqStatus) -> int:
        return faqs.list_faqs(FaqFilter(status=status), limit=1).total

    found = [
        Task(
            "確認待ちのFAQ",
            counted("in_review"),
            "/staff/reviews",
            "起案者が承認を待っています。",
            urgent=who.may(Permission.FAQ_APPROVE),
        ),
        Task("公開待ちのFAQ", counted("approved"), "/staff/reviews#approved", "承認済みで、まだ公開していません。"),
        Task(
            "見直し期限切れのFAQ",
            faqs.review_due(limit=1).total,
            "/staff/review-due",
            "見直しの期限を迎えています。",
            urgent=True,
        ),
        Task(
            "要更新の翻訳",
            faqs.list_faqs(FaqFilter(stale_only=True), limit=1).total,
            "/staff/translations",
            "日本語が改訂され、翻訳が古くなっています。",
            urgent=True,
        ),
    ]
    if who.may(Permission.FAQ_EDIT):
        drafts = Task(
            "編集中の下書き", counted("draft"), "/staff/faqs?status=draft&lang=all", "確認を依頼する前の下書きです。"
        )
        found.insert(0, drafts)
    return found


def _requests(staff: Staff) -> Task:
    waiting = staff.services.faqs.list_requests(("open", "in_progress"))
    late = sum(1 for one in waiting if one.is_overdue(staff.services.clock.today()))
    text = f"うち{late}件が期限を過ぎています。" if late else "所管課からの更新の依頼です。"
    return Task("未完了の更新依頼", len(waiting), "/staff/requests", text, urgent=late > 0)


def _gaps(staff: Staff) -> Task:
    """Counts questions and not their groups: grouping a month takes longer than a start page may."""
    month = period_of(staff.services.clock.today(), "month")
    _, count = staff.services.usage.log(LogFilter(period=month, zero_hit_only=True), 0, 1)
    return Task("該当なしの質問", count, "/staff/gaps", "今月、どのFAQにも当てはまらなかった質問です。")
