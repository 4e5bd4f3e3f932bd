"""What the hand-back file says of itself, and the record of an erasure."""

from collections.abc import Sequence
from datetime import datetime

from api.handback.layout import CONTACTS, MANIFEST, Manifest
from knowledge.clock import JST, day_text

_ABOUT = {
    "faq": "FAQの作業中の版",
    "faq_version": "公開したFAQのすべての版",
    "synonym_group": "類義語の組",
    "synonym_term": "類義語",
    "search_log": "検索ログ（伏せ字）",
    "feedback": "回答への評価",
    "desk_records": "応対記録",
    "desk_record_history": "応対記録の変更の履歴",
    "desk_events": "通話の出来事",
    "desk_transcripts": "応対支援の文字起こし（伏せ字）",
    "desk_complaints": "苦情の記録",
    "desk_callbacks": "折り返しの約束（氏名と電話番号を除く）",
    "desk_incidents": "事故・障害の記録",
    "desk_alerts": "責任者への知らせ",
    "desk_alert_steps": "責任者への知らせに対してしたこと",
    "desk_quality_sheets": "対応品質の評価表",
    "desk_quality_marks": "評価表の項目ごとの採点と直し",
    "desk_kept_reports": "自動で作った報告書",
    "voice_calls": "自動音声の通話",
    "voice_turns": "自動音声の発言（伏せ字）",
    "voice_wordings": "自動音声の案内の文言",
    "call_summaries": "通話要約（伏せ字）",
    "manuals": "マニュアルの名簿",
    "manual_versions": "マニュアルのすべての版（伏せ字）",
    "audit_log": "監査ログ",
    "eval_run": "評価の結果",
    "users": "利用者の名簿（パスワードなどを除く）",
}


def readme(made: Manifest) -> str:
    """For the person who opens the file without knowing the product."""
    tables = [one for one in made.members if one.name.startswith("tables/") and one.rows]
    lines = [
        f"{made.city} 窓口システムの引継ぎデータ（{_when(made.made_at)} 書出し）",
        "",
        "このファイルには、システムに登録されているすべてのデータが入っています。",
        "・tables/　表ごとのデータ。一行が一件の JSON Lines 形式、文字コードは UTF-8 です。日時は協定世界時（UTC）で、日本時間より9時間遅れています。",
        "・faq.csv、synonyms.csv　FAQと類義語。表計算ソフトでそのまま開けます。",
        "・files/　市が独自に用意した一覧（あるときだけ）",
        "・recordings/　自動音声の録音（書き出すときに選んだときだけ）",
        f"・{CONTACTS}　まだ済んでいない折り返しの氏名と電話番号（書き出すときに選んだときだけ）。個人情報です。",
        f"・{MANIFEST}　ファイルごとの大きさ、件数、SHA-256。届いたデータが欠けていないことを確かめるために使います。",
        "",
        "別の「窓口」に取り込むには、空のデータフォルダーに対して madoguchi data import を実行します。",
        "利用者の名簿と通知先は記録として入っていますが、取り込まれません。パスワード、認証の鍵、API キーは入っていません。",
        "",
        "件数",
    ]
    return "\n".join([*lines, *(f"・{_table_line(one.name, one.rows)}" for one in tables), ""])


def certificate(city: str, at: datetime, erased: Sequence[tuple[str, str]], proof: str, left: Sequence[str]) -> str:
    """The record of an erasure: what was erased, how, and what this program cannot vouch for."""
    lines = [
        "データ消去の記録",
        "",
        f"対象　　　{city} 窓口システム",
        f"消去日時　{_when(at)}",
        "方法　　　ファイルは内容を一度上書きして削除し、データベースの表は削除しました。消去のあとに、残っていないことを確かめました。",
        f"引継ぎデータ　{proof}",
        "",
        "消去したもの",
        *(f"・{name}（{detail}）" for name, detail in erased),
        "",
        "この記録が保証しないこと",
        "・SSD や仮想ディスクでは、上書きしても元の記録が装置の内部に残ることがあります。装置の廃棄では、暗号化した領域の鍵の破棄か、物理的な破壊を行ってください。",
        "・データフォルダーの外にある控え、録音、書き出したファイル、サーバーのログは消していません。",
        *(f"・{name} は残っています。" for name in left),
        "",
        "実施者　　　　　　　　　　　　　　　立会者　　　　　　　　　　　　　　　",
        "",
    ]
    return "\n".join(lines)


def _table_line(name: str, rows: int) -> str:
    short = name.removeprefix("tables/").removesuffix(".jsonl")
    about = _ABOUT.get(short)
    return f"{short}　{rows:,}件" + (f"　{about}" if about else "")


def _when(at: datetime) -> str:
    local = at.astimezone(JST)
    return f"{day_text(local)} {local:%H時%M分}"
