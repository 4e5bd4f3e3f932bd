"""The one permission table: which role may do what. Pure; changing a right means changing this file.

Every route names one Permission (see `declare`); a test walks every route with every role against this table.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    VIEWER = "viewer"
    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    EDITOR = "editor"
    APPROVER = "approver"
    CITY = "city"
    AUDITOR = "auditor"
    ADMIN = "admin"
    DEVICE = "device"


class Permission(StrEnum):
    SEARCH_USE = "search.use"
    ANSWER_USE = "answer.use"
    FEEDBACK_WRITE = "feedback.write"
    FAQ_READ = "faq.read"
    FAQ_EDIT = "faq.edit"
    FAQ_APPROVE = "faq.approve"
    FAQ_PUBLISH = "faq.publish"
    FAQ_OVERRIDE = "faq.override"
    FAQ_IMPORT = "faq.import"
    FAQ_EXPORT = "faq.export"
    FAQ_REQUEST = "faq.request"
    SYNONYM_EDIT = "synonym.edit"
    INGEST = "ingest"
    MANUAL_READ = "manual.read"
    MANUAL_EDIT = "manual.edit"
    USAGE_READ = "usage.read"
    EVAL_READ = "eval.read"
    EVAL_RUN = "eval.run"
    ASSIST_USE = "assist.use"
    INTERACTION_READ = "interaction.read"
    INTERACTION_WRITE = "interaction.write"
    INTERACTION_DELETE = "interaction.delete"
    INTERACTION_EXPORT = "interaction.export"
    CALL_FEED = "call.feed"
    CALL_READ = "call.read"
    CALL_REVIEW = "call.review"
    QUALITY_READ = "quality.read"
    QUALITY_REVIEW = "quality.review"
    BOOKING_MANAGE = "booking.manage"
    OUTBOUND_MANAGE = "outbound.manage"
    REPORT_READ = "report.read"
    INCIDENT_MANAGE = "incident.manage"
    TALLY_WRITE = "tally.write"
    UNMASK = "unmask"
    VOICE_MANAGE = "voice.manage"
    SETTINGS_EDIT = "settings.edit"
    USER_MANAGE = "user.manage"
    APIKEY_MANAGE = "apikey.manage"
    AUDIT_READ = "audit.read"


ROLE_LABELS: Mapping[Role, str] = MappingProxyType(
    {
        Role.VIEWER: "閲覧者",
        Role.OPERATOR: "オペレーター",
        Role.SUPERVISOR: "スーパーバイザー",
        Role.EDITOR: "FAQ編集者",
        Role.APPROVER: "FAQ承認者",
        Role.CITY: "市職員（閲覧・確認）",
        Role.AUDITOR: "監査人",
        Role.ADMIN: "システム管理者",
        Role.DEVICE: "連携機器（電話交換機・音声認識）",
    }
)
PERSON_ROLES: Mapping[Role, str] = MappingProxyType({r: label for r, label in ROLE_LABELS.items() if r != Role.DEVICE})
"""Roles people can have; a device has an API key and never logs in."""

PERMISSION_LABELS: Mapping[Permission, str] = MappingProxyType(
    {
        Permission.SEARCH_USE: "FAQの検索",
        Permission.ANSWER_USE: "回答候補の表示",
        Permission.FEEDBACK_WRITE: "回答の評価の登録",
        Permission.FAQ_READ: "FAQの閲覧",
        Permission.FAQ_EDIT: "FAQの編集",
        Permission.FAQ_APPROVE: "FAQの承認",
        Permission.FAQ_PUBLISH: "FAQの公開・取下げ",
        Permission.FAQ_OVERRIDE: "確認で止まった公開の実行",
        Permission.FAQ_IMPORT: "FAQの取込み",
        Permission.FAQ_EXPORT: "FAQの書出し",
        Permission.FAQ_REQUEST: "FAQの更新依頼",
        Permission.SYNONYM_EDIT: "同義語の編集",
        Permission.INGEST: "文書の取込み",
        Permission.MANUAL_READ: "マニュアルの閲覧",
        Permission.MANUAL_EDIT: "マニュアルの登録・改訂・取下げ",
        Permission.USAGE_READ: "利用状況の閲覧",
        Permission.EVAL_READ: "評価結果の閲覧",
        Permission.EVAL_RUN: "評価の実行",
        Permission.ASSIST_USE: "応対支援の利用",
        Permission.INTERACTION_READ: "応対記録の閲覧",
        Permission.INTERACTION_WRITE: "応対記録の登録",
        Permission.INTERACTION_DELETE: "応対記録の削除",
        Permission.INTERACTION_EXPORT: "応対記録の書出し",
        Permission.CALL_FEED: "通話の連携（交換機のイベントと文字起こしの送信）",
        Permission.CALL_READ: "通話記録の閲覧",
        Permission.CALL_REVIEW: "通話記録の確認・判定",
        Permission.QUALITY_READ: "応対品質の閲覧",
        Permission.QUALITY_REVIEW: "応対品質の評価",
        Permission.BOOKING_MANAGE: "予約の管理",
        Permission.OUTBOUND_MANAGE: "架電リストの管理",
        Permission.REPORT_READ: "報告書の閲覧",
        Permission.TALLY_WRITE: "手で数えた件数の入力",
        Permission.INCIDENT_MANAGE: "事故・障害の記録",
        Permission.UNMASK: "伏せ字の解除",
        Permission.VOICE_MANAGE: "音声応答の管理",
        Permission.SETTINGS_EDIT: "設定の変更",
        Permission.USER_MANAGE: "利用者の管理",
        Permission.APIKEY_MANAGE: "APIキーの管理",
        Permission.AUDIT_READ: "監査ログの閲覧",
    }
)

_P = Permission

ANONYMOUS_PERMISSIONS: frozenset[Permission] = frozenset({_P.SEARCH_USE, _P.ANSWER_USE})
"""What needs no credentials while the public service is on; routes serve such callers public FAQ only."""

_VIEWER = ANONYMOUS_PERMISSIONS | {_P.FAQ_READ, _P.USAGE_READ, _P.FEEDBACK_WRITE}
_OPERATOR = _VIEWER | {
    _P.FAQ_REQUEST,
    _P.MANUAL_READ,
    _P.ASSIST_USE,
    _P.INTERACTION_READ,
    _P.INTERACTION_WRITE,
    _P.BOOKING_MANAGE,
    _P.QUALITY_READ,
}
_SUPERVISOR = _OPERATOR | {
    _P.MANUAL_EDIT,
    _P.INTERACTION_DELETE,
    _P.INTERACTION_EXPORT,
    _P.CALL_READ,
    _P.CALL_REVIEW,
    _P.QUALITY_REVIEW,
    _P.OUTBOUND_MANAGE,
    _P.REPORT_READ,
    _P.INCIDENT_MANAGE,
    _P.TALLY_WRITE,
    _P.EVAL_READ,
    _P.FAQ_EXPORT,
    _P.UNMASK,
    _P.VOICE_MANAGE,
}
_EDITOR = _VIEWER | {
    _P.MANUAL_READ,
    _P.MANUAL_EDIT,
    _P.FAQ_EDIT,
    _P.FAQ_IMPORT,
    _P.FAQ_EXPORT,
    _P.FAQ_REQUEST,
    _P.SYNONYM_EDIT,
    _P.INGEST,
    _P.EVAL_READ,
    _P.EVAL_RUN,
    _P.CALL_READ,
    _P.REPORT_READ,
    _P.VOICE_MANAGE,
}
_APPROVER = _EDITOR | {_P.FAQ_APPROVE, _P.FAQ_PUBLISH}
# The city reads everything, judges the bot's answers, asks for updates and rings citizens back: it must see the number
# to ring.
_CITY = _VIEWER | {
    _P.MANUAL_READ,
    _P.FAQ_REQUEST,
    _P.FAQ_EXPORT,
    _P.EVAL_READ,
    _P.INTERACTION_READ,
    _P.INTERACTION_EXPORT,
    _P.CALL_READ,
    _P.CALL_REVIEW,
    _P.QUALITY_READ,
    _P.REPORT_READ,
    _P.UNMASK,
}
_AUDITOR = _VIEWER - {_P.FEEDBACK_WRITE} | {
    _P.MANUAL_READ,
    _P.EVAL_READ,
    _P.INTERACTION_READ,
    _P.CALL_READ,
    _P.QUALITY_READ,
    _P.REPORT_READ,
    _P.AUDIT_READ,
}
# A telephone exchange or a recogniser tells what happens in calls and reads nothing.
_DEVICE = frozenset({_P.CALL_FEED})
# Running the system is no reason to see a citizen's data in clear.
_ADMIN = frozenset(Permission) - {_P.UNMASK}

ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.VIEWER: _VIEWER,
        Role.OPERATOR: _OPERATOR,
        Role.SUPERVISOR: _SUPERVISOR,
        Role.EDITOR: _EDITOR,
        Role.APPROVER: _APPROVER,
        Role.CITY: _CITY,
        Role.AUDITOR: _AUDITOR,
        Role.ADMIN: _ADMIN,
        Role.DEVICE: _DEVICE,
    }
)


def permissions_of(role: Role, scopes: Iterable[Permission] | None = None) -> frozenset[Permission]:
    """The role's rights; `scopes` can only narrow them (an API key never exceeds its role)."""
    granted = ROLE_PERMISSIONS[role]
    return granted if scopes is None else granted & frozenset(scopes)
