"""Japanese names of what reports show."""

from knowledge.faq.labels import LANG_LABELS

LANGUAGES = LANG_LABELS
CHANNELS = {"text": "文字入力", "spoken": "話し言葉（正しい書き起こし）", "asr-noisy": "音声認識の誤りを含む"}
SPLITS = {"calibration": "調整用", "dev": "改善用", "test": "検証用"}
ACTIONS = {"answer": "回答", "clarify": "聞き返し", "handoff": "引継ぎ", "refuse": "お断り"}
OUTCOMES = {
    "resolved": "正しく回答",
    "harm": "誤答",
    "asked_back": "聞き返し",
    "safe_miss": "答えられるのに引き継ぎ",
    "correct_handover": "正しく引き継ぎ",
    "asked_in_vain": "引き継ぐべきなのに聞き返し",
}
TAGS = {
    "dialect": "方言・くだけた言い方",
    "elderly": "長い前置き",
    "false_premise": "誤った思い込みを含む",
    "two_questions": "二つの質問",
    "keywords": "単語だけ",
    "kana": "かなだけ",
    "ambiguous": "あいまい",
    "too_vague": "漠然とした質問",
    "for_family": "家族の代わり",
    "emotional": "感情的",
    "other_department": "ほかの課の用件",
    "other_city": "他市の用件",
    "individual_case": "個別の状況の照会",
    "complaint": "苦情",
    "injection": "悪意ある指示",
    "personal_data": "個人情報を含む",
    "emergency": "緊急",
    "distress": "深刻な悩み",
    "asked_for_person": "担当者の希望",
    "chitchat": "雑談・雑音",
    "foreign": "外国語",
}
STAGES = {"total": "全体", "search": "検索", "decide": "判断"}
FACTS = {
    "need+": "必要", "need-": "不要", "can+": "できる", "can-": "できない", "is+": "はい", "is-": "ではない",
    "must_not+": "してはいけない",
}  # fmt: skip
"""Polarity statements as found by eval.metrics.mismatch; every other fact is shown as it stands."""
ASPECTS = {
    "polarity": "肯定・否定",
    "fee": "金額",
    "date": "日付",
    "period": "期間",
    "age": "年齢",
    "phone": "電話番号",
    "number": "数値",
}
