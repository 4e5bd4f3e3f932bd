"""Words the transcriber is biased towards, chosen by where the call stands; few, because long lists leak out."""

LIMIT = 40
_GENERAL = (
    "マイナンバーカード", "電子証明書", "暗証番号", "交付通知書", "更新", "再交付", "申請", "予約", "紛失", "一時停止", "マイナポータル",
    "健康保険証", "住所変更", "氏名変更", "署名用電子証明書", "利用者証明用電子証明書", "オペレーター", "コンビニ交付", "住民票",
    "本人確認書類", "受け取り", "有効期限", "J-LIS",
)  # fmt: skip
_SHORT = ("はい", "いいえ", "解決しました", "もう一度", "オペレーター")
_DIGITS = ("ゼロ", "イチ", "ニー", "サン", "ヨン", "ゴー", "ロク", "ナナ", "ハチ", "キュウ")
_CHOICE = ("一番", "二番", "三番", "どれでもない")


def hotwords(node: str, topics: tuple[str, ...], city: tuple[str, ...] = ()) -> tuple[str, ...]:
    """At most LIMIT words for this node."""
    if node in ("callback_number", "callback_confirm"):
        words: tuple[str, ...] = (*_DIGITS, *_SHORT)
    elif node == "clarify":
        words = (*topics, *_CHOICE, *_GENERAL)
    elif node in ("resolved", "confirm", "more", "offer_callback"):
        words = (*_SHORT, *_GENERAL[:12])
    else:
        words = (*city, *_GENERAL)
    return tuple(dict.fromkeys(words))[:LIMIT]
