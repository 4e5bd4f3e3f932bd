"""The menu of the staff pages. A person sees what their role may open."""

from dataclasses import dataclass

from api.security.permissions import Permission
from api.security.principal import Principal


@dataclass(frozen=True, slots=True)
class Link:
    label: str
    path: str
    permission: Permission
    also: tuple[str, ...] = ()
    """Pages that belong to it and do not lie under its path."""


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    links: tuple[Link, ...]


_P = Permission
_DESK = "/staff/desk"
_REPORTS = tuple(
    f"{_DESK}/{name}" for name in ("kept-reports", "availability", "period-report", "improvement", "figures", "tallies")
)
MENU: tuple[Section, ...] = (
    Section(
        "応対",
        (
            Link("応対支援", "/staff/desk/assist", _P.ASSIST_USE),
            Link("持ち物の案内", "/staff/desk/checklists", _P.ASSIST_USE),
            Link("マニュアル", "/staff/manuals", _P.MANUAL_READ),
            Link("通訳", "/staff/interpreting", _P.ASSIST_USE),
            Link("応対記録", "/staff/desk/records", _P.INTERACTION_READ, (f"{_DESK}/record-new", f"{_DESK}/files")),
            Link("折り返し連絡票", "/staff/desk/callbacks", _P.INTERACTION_READ),
            Link("苦情・クレーム", "/staff/desk/complaints", _P.INTERACTION_READ),
            Link("事故・障害の記録", "/staff/desk/incidents", _P.REPORT_READ, (f"{_DESK}/incident-new",)),
            Link("応対の見守り", "/staff/desk/live", _P.QUALITY_REVIEW),
            Link("責任者への知らせ", "/staff/desk/alerts", _P.QUALITY_REVIEW),
            Link("対応品質", "/staff/desk/quality", _P.QUALITY_READ),
            Link("応対状況（いま）", "/staff/desk/board", _P.REPORT_READ),
            Link("報告書", "/staff/desk/reports", _P.REPORT_READ, _REPORTS),
        ),
    ),
    Section(
        "FAQ",
        (
            Link("FAQ一覧", "/staff/faqs", _P.FAQ_READ),
            Link("確認待ち", "/staff/reviews", _P.FAQ_READ),
            Link("見直し期限", "/staff/review-due", _P.FAQ_READ),
            Link("翻訳", "/staff/translations", _P.FAQ_READ),
            Link("更新依頼", "/staff/requests", _P.FAQ_REQUEST),
            Link("類義語", "/staff/synonyms", _P.FAQ_READ),
            Link("用語", "/staff/terms", _P.FAQ_READ),
            Link("取込み", "/staff/import", _P.FAQ_IMPORT),
            Link("資料の取込み", "/staff/documents", _P.INGEST),
            Link("応対要約", "/staff/summaries", _P.INGEST),
            Link("書出し", "/staff/export", _P.FAQ_EXPORT),
        ),
    ),
    Section(
        "利用状況",
        (
            Link("ランキング", "/staff/rankings", _P.USAGE_READ),
            Link("検索ログ", "/staff/search-log", _P.USAGE_READ),
            Link("不足しているFAQ", "/staff/gaps", _P.USAGE_READ),
            Link("使われていないFAQ", "/staff/unused", _P.USAGE_READ),
            Link("利用レポート", "/staff/usage-report", _P.USAGE_READ),
        ),
    ),
    Section(
        "品質",
        (
            Link("回答の品質", "/staff/evals", _P.EVAL_READ),
            Link("テスト質問", "/staff/test-questions", _P.EVAL_READ),
            Link("抜き取り確認", "/staff/call-samples", _P.CALL_READ),
        ),
    ),
    Section(
        "自動音声",
        (
            Link("通話の確認", "/staff/calls", _P.CALL_READ),
            Link("通話の試験", "/staff/voice/trial", _P.CALL_READ),
            Link("案内の文言", "/staff/voice/wordings", _P.CALL_READ),
            Link("自動音声の状態", "/staff/voice", _P.CALL_READ),
        ),
    ),
    Section(
        "管理",
        (
            Link("利用者", "/staff/users", _P.USER_MANAGE),
            Link("APIキー", "/staff/apikeys", _P.APIKEY_MANAGE),
            Link("言語モデル", "/staff/language-model", _P.SETTINGS_EDIT),
            Link("保存期間", "/staff/retention", _P.AUDIT_READ),
            Link("監査ログ", "/staff/audit", _P.AUDIT_READ),
        ),
    ),
)


def menu_for(principal: Principal) -> list[Section]:
    """Sections with at least one link this person may open."""
    mine = [Section(one.title, tuple(link for link in one.links if principal.may(link.permission))) for one in MENU]
    return [section for section in mine if section.links]


def is_here(link: Link, path: str) -> bool:
    """The most exact link only: /staff/voice does not light up on a page of its own under it."""
    return max((one for one in _OWNERS if _under(path, one)), key=len, default="") in (link.path, *link.also)


def _under(path: str, place: str) -> bool:
    return path == place or path.startswith(f"{place}/")


_OWNERS = tuple(path for section in MENU for link in section.links for path in (link.path, *link.also))
