"""How values are written on a page: times in Japan, days, lengths of time, names of states."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from api.retention import RETENTION
from api.security.permissions import PERMISSION_LABELS, ROLE_LABELS
from knowledge.clock import JST, day_text, minute_stamp
from knowledge.faq.gap_sources import SOURCE_LABELS
from knowledge.faq.gaps import CAUSE_LABELS
from knowledge.faq.labels import LABELS, LANG_LABELS, VISIBILITY_LABELS
from knowledge.faq.lifecycle import STATUS_LABELS, STEP_LABELS
from knowledge.faq.requests import REQUEST_LABELS
from knowledge.faq.term_rules import OWN_LEVELS
from knowledge.text.percent import percent as in_percent

CHANNEL_LABELS = {"operator": "窓口・電話の職員", "web": "公開ページ", "voice": "自動音声"}
ACTION_LABELS = {"answer": "回答", "clarify": "聞き返し", "handoff": "取次ぎ", "refuse": "お断り"}
VERDICT_LABELS = {"used": "使った", "resolved": "解決した", "not_resolved": "解決しなかった", "wrong": "誤り"}
HANDOFF_LABELS = {
    "low_confidence": "確かな回答がない",
    "asked_for_person": "担当者との会話を希望",
    "individual_case": "個別の事情の確認が必要",
    "complaint": "苦情",
    "other_department": "ほかの課の担当",
    "other_city": "ほかの市区町村",
    "emergency": "緊急",
    "distress": "心身の危険",
    "language": "翻訳がない",
    "personal_data": "個人情報を含む",
    "unresolved": "解決しなかった",
}
REASON_LABELS = {
    **HANDOFF_LABELS,
    "confident": "確かな回答",
    "option_chosen": "選択肢から選ばれた回答",
    "by_way_of_japanese": "日本語のFAQの翻訳",
    "machine_translation": "機械翻訳した回答",
    "close_candidates": "似た候補が複数",
    "harm_done": "被害・事故の申し出",
    "nothing_named": "用件を言う前",
    "doubtful_transcript": "聞き取りが不確か",
    "referral": "担当の課を案内",
    "no_translation": "翻訳がない",
    "misuse": "悪用の方法の質問",
    "injection": "指示の書き換えの試み",
    "out_of_scope": "対象外の質問",
    "nothing_asked": "質問がない",
}
AUDIT_LABELS = {
    "login.success": "ログイン",
    "login.failure": "ログイン失敗",
    "login.lockout": "ログインの一時停止",
    "logout": "ログアウト",
    "logout.everywhere": "全端末のログアウト",
    "user.create": "利用者の登録",
    "user.change": "利用者の変更",
    "user.password": "パスワードの設定",
    "user.second_factor.enrol": "認証アプリの登録",
    "user.second_factor.reset": "認証アプリの解除",
    "user.recovery_code.use": "回復コードの使用",
    "setup_link.create": "設定用リンクの発行",
    "apikey.create": "APIキーの発行",
    "apikey.revoke": "APIキーの失効",
    "access.denied": "権限のない操作",
    "audit.export": "監査ログの書出し",
    "audit.verify": "監査ログの検証",
    "faq.create": "FAQの作成",
    "faq.save": "FAQの保存",
    "faq.categorise": "FAQの分類変更",
    "faq.rollback": "FAQの版戻し",
    "faq.import": "FAQの取込み（1件）",
    "faq.import_file": "FAQの取込み（ファイル）",
    "eval.run": "評価の実行",
    "eval.case_add": "テスト質問の登録",
    "eval.case_remove": "テスト質問の削除",
    "faq.overrule": "影響を確かめての公開",
    "faq.export": "FAQの書出し",
    "faq_request.add": "更新依頼の登録",
    "faq_request.move": "更新依頼の変更",
    "synonym.add": "類義語の登録",
    "synonym.change": "類義語の変更",
    "synonym.remove": "類義語の削除",
    "synonym.export": "類義語の書出し",
    "term.put": "用語の決まりの登録",
    "term.remove": "用語の決まりの削除",
    "ingest": "資料の読み取り",
    "ingest.accept": "資料の変更の取り入れ",
    "ingest.leave": "資料の変更の見送り",
    "call.mark": "通話の判定",
    "call.sample": "抜き取り確認の抽出",
    "call.resolve": "判定の裁定",
    "call.listen": "録音の再生",
    "call.export": "通話の書出し",
    "interaction.view": "応対記録の閲覧",
    "interaction.export": "応対記録の書出し",
    "interaction.reopen": "応対記録の再開",
    "interaction.delete": "応対記録の削除",
    "complaint.received": "苦情の受付",
    "complaint.moved": "苦情の変更",
    "quality.review": "対応品質の採点の確認・修正",
    "quality.mark_again": "対応品質の採点のやり直し",
    "report.issue": "報告書の提出",
    "callback.open": "折り返しの受付",
    "callback.unmask": "折り返し先の表示",
    "callback.tried": "折り返し（不在）",
    "callback.purge": "折り返し先の消去",
    "voice.emergency": "緊急案内の変更",
    "voice.dictionary": "読み辞書の変更",
    "usage.export": "検索ログの書出し",
    **{f"retention.{name}": f"保存期間を過ぎた{kind.label}の削除" for name, kind in RETENTION.items()},
    **{f"faq.{step}": f"FAQの{label}" for step, label in STEP_LABELS.items()},
    "tally.save": "手で数えた件数の入力",
    "manual.save": "マニュアルの保存",
    "manual.withdraw": "マニュアルの取下げ",
    "manual.restore": "マニュアルを使うように戻す",
}


PERSON_LABELS: Mapping[str, str] = {"cli": "コマンド操作", "system": "自動"}
"""Who acts without an account; everybody else is shown by name."""


def moment(value: datetime | None) -> str:
    """2026年11月21日 9:05"""
    if value is None:
        return "―"
    local = value.astimezone(JST)
    return f"{local.year}年{local.month}月{local.day}日 {local.hour}:{local.minute:02d}"


def stamp(value: datetime | None) -> str:
    """2026-11-21 09:05, for tables."""
    return minute_stamp(value) or "―"


def clock(value: datetime) -> str:
    """9:05:30"""
    local = value.astimezone(JST)
    return f"{local.hour}:{local.minute:02d}:{local.second:02d}"


def day(value: date | None) -> str:
    return "―" if value is None else day_text(value)


def lasting(secs: float | None) -> str:
    """A length of time in the unit a person would use."""
    if secs is None:
        return "―"
    if secs < 3600:
        return f"{max(1, round(secs / 60))}分"
    return f"{secs / 3600:.1f}時間" if secs < 86_400 else f"{secs / 86_400:.1f}日"


def percent(value: float | None) -> str:
    return "―" if value is None else in_percent(value, 0)


def thousands(value: int) -> str:
    return f"{value:,}"


DETAIL_LABELS = {
    "status": "状態",
    "version": "版",
    "revision": "保存の回数",
    "outcome": "結果",
    "rows": "行数",
    "written": "登録した行数",
    "groups": "組数",
    "of": "該当数",
    "step": "操作",
    "source": "元の記録",
    "harmful": "誤答になる質問",
    "wrong": "答えられなくなる質問",
    "reason": "理由",
    "error": "確認の失敗",
    "role": "役割",
    "how": "方法",
    "address": "接続元",
    "faq_id": "FAQ番号",
    "preferred": "代表語",
    "purpose": "理由",
    "say": "代わりの言葉",
    "level": "扱い",
    "file": "資料",
    "kind": "種類",
    "entries": "件数",
    "broken_at": "異常のある行",
    "expires_at": "有効期限",
    "scopes": "権限",
    "secs": "秒数",
    "sessions": "端末数",
    "first": "期間の初日",
    "last": "期間の最終日",
    "state": "状態",
    "severity": "重大度",
    "why": "きっかけ",
    "before": "この日より前",
    "searches": "検索",
    "views": "閲覧",
    "feedback": "評価",
}
_VALUE_LABELS: dict[str, Mapping[Any, str]] = {
    "status": {**STATUS_LABELS, **REQUEST_LABELS, "disabled": "停止", "active": "有効"},
    "role": ROLE_LABELS,
    "kind": {"document": "文書", "table": "表", "summaries": "通話要約"},
    "level": OWN_LEVELS,
    "step": STEP_LABELS,
    "source": {"log": "検索ログ", "call": "通話", "faq": "FAQの言い換え"},
    "outcome": {"new": "新規", "changed": "更新", "unchanged": "変更なし"},
    "how": {
        "password": "パスワード",
        "code": "確認コード",
        "recovery_code": "回復コード",
        "enrolment": "認証アプリの登録",
        "oidc": "庁内の認証基盤",
        "setup_link": "設定用リンク",
    },
}


def details(text: str) -> list[tuple[str, str]]:
    """The JSON of an audit row as (name, value) pairs in words; what says nothing is left out."""
    try:
        found: Any = json.loads(text)
    except ValueError:
        return [("", text)]
    if not isinstance(found, dict):
        return [("", text)]
    return [
        (DETAIL_LABELS.get(str(name), str(name)), str(_VALUE_LABELS.get(str(name), {}).get(value, value)))
        for name, value in sorted(found.items())
        if value not in (None, "")
    ]


def named(labels: Mapping[Any, str]) -> Callable[[Any], str]:
    """A filter that shows the label of a value, or the value itself when it has none."""
    return lambda value: labels.get(value, str(value))


FILTERS: dict[str, Callable[..., Any]] = {
    "moment": moment,
    "stamp": stamp,
    "clock": clock,
    "day": day,
    "lasting": lasting,
    "percent": percent,
    "thousands": thousands,
    "details": details,
    "person": named(PERSON_LABELS),
    "status_label": named(STATUS_LABELS),
    "step_label": named(STEP_LABELS),
    "lang_label": named(LANG_LABELS),
    "visibility_label": named(VISIBILITY_LABELS),
    "role_label": named(ROLE_LABELS),
    "permission_label": named(PERMISSION_LABELS),
    "request_label": named(REQUEST_LABELS),
    "channel_label": named(CHANNEL_LABELS),
    "action_label": named(ACTION_LABELS),
    "verdict_label": named(VERDICT_LABELS),
    "cause_label": named(CAUSE_LABELS),
    "source_label": named(SOURCE_LABELS),
    "handoff_label": named(HANDOFF_LABELS),
    "reason_label": named(REASON_LABELS),
    "audit_label": named(AUDIT_LABELS),
    "column_label": named(LABELS),
}
