"""The kinds of data that end, with their names for people; wired to the settings, the recordings and the search."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from knowledge.bootstrap import Services
from knowledge.retention.keeper import Kind, Retention, Step, nothing
from knowledge.retention.rules import SWEEPS
from voicebot.configuration import PhoneSettings
from voicebot.parts import recordings_dir
from voicebot.record import OldRecordings


@dataclass(frozen=True, slots=True)
class Shown:
    """One kind as people read it: what goes and what stays."""

    label: str
    goes: str
    stays: str
    setting: str


RETENTION: Final = MappingProxyType(
    {
        "recordings": Shown("録音", "自動音声の通話の録音", "通話の記録", "voice.recording.retain_days"),
        "bot_calls": Shown(
            "自動音声の通話",
            "通話と発言、通話への判定、抜き取り確認の所見の文",
            "件数、抜き取り確認の判定",
            "voice.retain_days",
        ),
        "searches": Shown(
            "検索ログ",
            "検索と質問、FAQの閲覧、回答への評価、公開ページの抜き取り確認の所見の文",
            "抜き取り確認の判定",
            "store.search_log_days",
        ),
        "transcripts": Shown(
            "応対支援の文字起こし",
            "オペレーターの通話で聞き取った言葉（対応中の苦情の通話は、終わるまで残す）",
            "応対記録",
            "retention.transcripts_days",
        ),
        "alerts": Shown("責任者への知らせ", "知らせと、対応のメモ", "応対記録", "retention.alerts_days"),
        "quality": Shown("対応品質の評価表", "採点、責任者の直しと理由", "応対記録", "retention.quality_days"),
        "records": Shown(
            "応対記録の文",
            "用件・回答・対応・残件、変更の履歴、苦情の文、折り返し連絡票の文（回答待ち・折り返し待ち・対応中の苦情は、終わるまで残す）",
            "受付日時、分類、使ったFAQ、結果など、集計に使う項目",
            "retention.records_days",
        ),
        "event_notes": Shown(
            "受け取った記録の不備",
            "電話交換機などから届いた記録を断った、直した、または二度は数えなかった理由",
            "数えた通話の記録、提出した報告書",
            "retention.event_notes_days",
        ),
        "incidents": Shown(
            "事故・障害の記録", "完了した事故・障害の記録と時系列", "監査ログ", "retention.incidents_days"
        ),
        "requests": Shown(
            "更新依頼の文", "終わった更新依頼の内容とメモ", "所管課、期限、状態", "retention.requests_days"
        ),
        "summaries": Shown("応対要約", "検索の手がかりにする応対の要約", "FAQ", "retention.summaries_days"),
        "messages": Shown(
            "ほかのシステムへの通知", "届いた通知と、届けるのをあきらめた通知", "監査ログ", "retention.messages_days"
        ),
    }
)


def retention_of(services: Services, voice: PhoneSettings) -> Retention:
    """Recordings first: their names stand in the calls."""
    chosen = services.settings.retention
    days = {
        "recordings": min(voice.recording.retain_days, voice.retain_days),
        "bot_calls": voice.retain_days,
        "searches": services.settings.store.search_log_days,
        **{name.removesuffix("_days"): number for name, number in chosen.model_dump().items()},
    }
    steps: dict[str, list[Step]] = {name: list(sweeps) for name, sweeps in SWEEPS.items()}
    steps["recordings"] = [OldRecordings(recordings_dir(voice, services.folder.root))]
    afterwards = {"summaries": services.retriever.refresh}
    kinds = [
        Kind(name, shown.setting, days[name], steps[name], afterwards.get(name, nothing))
        for name, shown in RETENTION.items()
    ]
    return Retention(services.db, services.clock, kinds)
