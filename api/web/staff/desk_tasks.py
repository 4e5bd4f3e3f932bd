"""What waits at the desk: records to confirm, what is overdue, notices that nobody has seen."""

from api.security.permissions import Permission
from api.security.principal import Principal
from api.web.staff.task import Task
from desk.records.filters import RecordFilter
from desk.service import Desk
from knowledge.ports import Clock


def desk_tasks(desk: Desk, clock: Clock, who: Principal) -> list[Task]:
    """In the order in which they bear on citizens."""
    tasks: list[Task] = []
    if who.may(Permission.INTERACTION_READ):
        tasks += [_callbacks(desk, clock), _overdue(desk)]
    if who.may(Permission.QUALITY_REVIEW):
        tasks.append(_alerts(desk))
    if who.may(Permission.ASSIST_USE):
        tasks.append(_unconfirmed(desk, who))
    if who.may(Permission.INTERACTION_READ) and who.may(Permission.REPORT_READ):
        tasks += _notices(desk)
    return tasks


def _alerts(desk: Desk) -> Task:
    count = len(desk.alerts.open_now())
    text = "責任者への自動の知らせで、結果をまだ記録していないものです。"
    return Task("責任者への知らせ", count, "/staff/desk/live", text, urgent=True)


def _callbacks(desk: Desk, clock: Clock) -> Task:
    now = clock.now()
    count = sum(1 for one in desk.callbacks.tickets("open") if one.overdue(now))
    return Task(
        "期限を過ぎた折り返し", count, "/staff/desk/callbacks", "お約束した時刻を過ぎた折り返しです。", urgent=True
    )


def _overdue(desk: Desk) -> Task:
    count = _counted(desk, RecordFilter(overdue=True))
    path = "/staff/desk/records?overdue=1"
    return Task("期限を過ぎた応対", count, path, "対応の期限を過ぎ、完了していない応対です。", urgent=True)


def _unconfirmed(desk: Desk, who: Principal) -> Task:
    """Their own; for those who watch over the centre, everybody's."""
    if who.may(Permission.QUALITY_REVIEW):
        count = _counted(desk, RecordFilter(statuses=("after_call",)))
        path = "/staff/desk/records?statuses=after_call"
        return Task("確認前の応対記録", count, path, "通話が終わり、担当者が要約をまだ確認していない記録です。")
    count = _counted(desk, RecordFilter(statuses=("after_call",), operators=(who.who,)))
    text = "通話が終わり、あなたが要約をまだ確認していない記録です。"
    return Task("確認前の応対記録", count, "/staff/desk/assist", text)


def _notices(desk: Desk) -> list[Task]:
    kinds = [one.kind for one in desk.notices.waiting()]
    rate = sum(1 for kind in kinds if kind.startswith("answer_rate."))
    incidents = kinds.count("incident.opened")
    path, text = "/staff/desk/complaints", "応答率が目標を下回った、または下回りそうな日の通知です。"
    return [
        Task("応答率の通知", rate, path, text, urgent=True),
        Task("事故・障害の通知", incidents, path, "記録された事故・障害の、まだ確認していない通知です。", urgent=True),
        Task(
            "苦情の通知",
            len(kinds) - rate - incidents,
            path,
            "受け付けた苦情の、まだ確認していない通知です。",
            urgent=True,
        ),
    ]


def _counted(desk: Desk, wanted: RecordFilter) -> int:
    return desk.records.search(wanted, limit=1).total
