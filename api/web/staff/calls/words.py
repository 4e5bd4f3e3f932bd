"""How the states of a call are written for people."""

from typing import cast

from api.web.staff.show import ACTION_LABELS, HANDOFF_LABELS
from knowledge.faq.audited import AuditChannel
from knowledge.text.percent import percent
from voicebot.domain import Outcome, Turn, Via

OUTCOME_LABELS: dict[Outcome, str] = {
    "open": "通話中",
    "completed": "完結",
    "confirmed": "解決を確認",
    "handed_over": "担当者へ取次ぎ",
    "callback": "折り返し受付",
    "abandoned": "離脱",
    "interrupted": "途切れた",
}
WEB_OUTCOME_LABELS = {
    "confirmed": "解決を確認",
    "completed": "完結",
    "unresolved": "解決しなかった",
    "handed_over": "窓口を案内",
    "asked_back": "聞き返しで終了",
}
AUDITED_LABELS: dict[AuditChannel, str] = {"voice": "自動音声", "web": "公開ページ"}
VIA_LABELS: dict[Via, str] = {
    "audiosocket": "電話",
    "twilio": "電話（クラウド）",
    "browser": "公開ページ",
    "wav": "試験（音声）",
    "text": "試験（文字）",
}
BAND_LABELS = {
    "low": "低い（60％未満）",
    "middle": "中くらい（60〜80％）",
    "high": "高い（80％以上）",
    "none": "回答なし",
}
MARKED_LABELS = {"yes": "判定あり", "no": "判定なし"}
REASON_LABELS = {
    **HANDOFF_LABELS,
    "confident": "確かな回答がある",
    "picked": "聞き返しで選ばれた",
    "close_candidates": "近い候補が複数",
    "harm_done": "被害・事故の申し出",
    "nothing_named": "用件を言う前",
    "said_before": "同じ回答をすでに案内した",
    "doubtful_transcript": "聞き取りが不確か",
    "referral": "ほかの窓口の担当",
    "no_translation": "翻訳がない",
    "misuse": "悪用の方法の質問",
    "injection": "不正な指示",
    "chitchat_or_unclear": "用件が不明",
    "noise": "雑音",
    "no_speech": "声がない",
    "phrase": "意味のある言葉がない",
    "caller": "相手が切断",
    "silence": "無言のため終了",
    "goodbye": "終了のあいさつ",
    "callback_declined": "折り返しを希望せず",
    "no_number": "折り返し先を確認できず",
    "callback_failed": "折り返しを受け付けられず",
    "stopped": "システムの停止",
    "process": "システムの停止",
    "timeout": "通信の途絶",
    "protocol": "通信の誤り",
    "error": "通信の誤り",
    "bot": "自動音声が終了",
}
NODE_LABELS = {
    "question": "用件を聞く",
    "asking": "回答を調べる",
    "clarify": "聞き返し",
    "confirm": "用件の確認",
    "resolved": "解決したかの確認",
    "more": "ほかの用件の確認",
    "menu": "キーの案内",
    "language": "言葉の選択",
    "offer_callback": "折り返しの確認",
    "callback_number": "折り返し先を聞く",
    "callback_confirm": "折り返し先の確認",
    "storing": "折り返しの登録",
    "transferring": "取次ぎ",
    "closing": "終了",
}
DECISION_LABELS = {
    **ACTION_LABELS,
    "failed": "回答できず（障害）",
    "unheard": "聞き取れず",
    "silence": "無言",
    "stopped": "個人番号などのため制止",
}
STAGE_LABELS = {"asr": "聞き取り", "answer": "検索と判断", "first_audio": "声が出るまで"}


def reason_label(reason: str) -> str:
    return REASON_LABELS.get(reason, reason)


def decision_label(turn: Turn) -> str:
    """What was decided after a caller's turn, "" for what the bot says itself."""
    return DECISION_LABELS.get(turn.decision, "") if turn.who == "caller" else ""


def lasting_secs(secs: float) -> str:
    """2分05秒"""
    whole = round(secs)
    return f"{whole // 60}分{whole % 60:02d}秒" if whole >= 60 else f"{whole}秒"


def place(secs: float) -> str:
    """A place in a recording: 2:05"""
    return f"{int(secs) // 60}:{int(secs) % 60:02d}"


def percent_range(low: float, high: float) -> str:
    return f"{low * 100:.1f}〜{percent(high)}"


def audited_outcome(outcome: str) -> str:
    """How a call or a conversation on the public page ended."""
    return WEB_OUTCOME_LABELS.get(outcome) or OUTCOME_LABELS[cast(Outcome, outcome)]
