"""The columns of an FAQ file: machine id and Japanese label, in the order they are written."""

LABELS: dict[str, str] = {
    "faq_id": "FAQ番号",
    "question": "質問",
    "alt_questions": "言い換え",
    "answer": "回答",
    "answer_voice": "読み上げ回答",
    "answer_easy": "やさしい日本語",
    "category": "大分類",
    "subcategory": "小分類",
    "tags": "タグ",
    "department": "所管課",
    "evidence": "根拠",
    "url": "URL",
    "related_ids": "関連FAQ",
    "forms": "様式・リンク",
    "contact_phone": "案内先電話",
    "valid_from": "適用開始",
    "valid_to": "適用終了",
    "review_due": "見直し期限",
    "visibility": "公開範囲",
    "status": "状態",
    "lang": "言語",
    "review_note": "確認メモ",
    "facets": "区別",
    "handoff_department": "取次先",
    "handoff_phone": "取次先電話",
    "handoff_reason": "取次理由",
    "source_version": "翻訳元の版",
}
"""`referral` of an entry is written as the three handoff columns."""

VISIBILITY_LABELS: dict[str, str] = {"public": "公開", "operator": "窓口のみ"}
LANG_LABELS: dict[str, str] = {
    "ja": "日本語",
    "en": "英語",
    "zh": "中国語",
    "ko": "韓国語",
    "vi": "ベトナム語",
    "pt": "ポルトガル語",
    "tl": "タガログ語",
}
