"""A handful of FAQ on the real engine: small enough to build in a blink, different enough to rank."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import gettempdir

from eval.lab import FixedFaqs, open_retriever
from knowledge.clock import FixedClock
from knowledge.domain import Channel, FaqEntry, SearchQuery, SynonymGroup
from knowledge.ports import VectorIndex
from knowledge.privacy.redacted import RedactedText
from knowledge.search.retriever import Retriever
from knowledge.search.word_vectors import WordVectors, load_word_vectors
from knowledge.settings import SearchSettings, TrainingSettings
from knowledge.text.tokens import Tokenizer

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
QUICK = SearchSettings(training=TrainingSettings(epochs=3, seeds=1))


@cache
def tokenizer() -> Tokenizer:
    return Tokenizer()


@cache
def words() -> WordVectors:
    return load_word_vectors(Path(gettempdir()) / "madoguchi-tests")


_FAQS = (
    ("A01", "受取", "カードの受け取りには何が必要ですか。", "交付通知書と本人確認書類を窓口にお持ちください。", ("カードをもらうとき持っていくもの", "受け取りの持ち物", "もらいに行くとき何がいる")),
    ("A02", "受取", "代理人がカードを受け取れますか。", "やむを得ない理由があるときに限り、代理人が受け取れます。委任状が必要です。", ("家族が代わりに取りに行ける", "代わりの人でももらえるか", "本人が行けないとき")),
    ("A03", "更新", "カードの有効期限はいつまでですか。", "発行から十回目の誕生日までです。未成年は五回目の誕生日までです。", ("カードは何年使える", "期限が切れるのはいつ", "いつまで有効か知りたい")),
    ("A04", "更新", "電子証明書の更新はどこでできますか。", "市民課の窓口で更新できます。手数料はかかりません。", ("電子証明書が切れそう", "証明書を新しくしたい", "更新の場所はどこ")),
    ("A05", "紛失", "カードを紛失したときはどうすればよいですか。", "まず一時停止の電話をしてください。次に警察へ遺失届を出します。", ("カードを無くした", "落としてしまった", "見つからないどうしよう")),
    ("A06", "紛失", "カードの再発行の手数料はいくらですか。", "再発行には千円の手数料がかかります。", ("作り直すといくら", "再交付の料金", "もう一度作るお金")),
    ("A07", "暗証番号", "暗証番号を忘れたときはどうすればよいですか。", "窓口で暗証番号の初期化の手続きをしてください。", ("パスワードがわからない", "番号忘れた", "暗証番号が思い出せない")),
    ("A08", "暗証番号", "暗証番号の入力を間違えてロックされました。", "窓口でロックを解除できます。本人確認書類が必要です。", ("ロックがかかった", "何回も間違えた", "入力できなくなった")),
    ("A09", "住所", "引っ越したときの手続きを教えてください。", "転入届と一緒にカードの住所を書き換えます。", ("住所が変わった", "引越しした", "転入のときカードは")),
    ("A10", "健康保険", "マイナ保険証の登録方法を教えてください。", "医療機関の受付の読み取り機か、マイナポータルで登録できます。", ("保険証として使いたい", "病院で使うには", "保険証の申し込み")),
    ("A11", "申請", "スマートフォンで申請できますか。", "スマートフォンで顔写真を撮り、オンラインで申請できます。", ("携帯で申し込みたい", "スマホからできる", "ネットで申請")),
    ("A12", "申請", "写真の大きさを教えてください。", "縦四十五ミリ、横三十五ミリで、六か月以内に撮影したものです。", ("写真のサイズ", "顔写真の決まり", "写真は何センチ")),
)  # fmt: skip


def faqs() -> list[FaqEntry]:
    """Twelve Japanese FAQ, and two of them in English."""
    made = [
        FaqEntry(i, q, a, version=1, alt_questions=alts, category=c, status="published", evidence="手引き")
        for i, c, q, a, alts in _FAQS
    ]
    english = (
        ("A05", "What should I do if I lose my card?", "Call to suspend the card first. Then tell the police."),
        ("A07", "I forgot my PIN. What should I do?", "Reset your PIN at the counter."),
    )
    return made + [FaqEntry(i, q, a, version=1, status="published", lang="en") for i, q, a in english]


def japanese() -> list[FaqEntry]:
    return [e for e in faqs() if e.lang == "ja"]


def without_wordings(entries: Sequence[FaqEntry]) -> list[FaqEntry]:
    return [replace(e, alt_questions=()) for e in entries]


def opened(
    folder: Path,
    entries: Sequence[FaqEntry] | FixedFaqs,
    synonyms: Sequence[SynonymGroup] = (),
    vectors: VectorIndex | None = None,
    settings: SearchSettings = QUICK,
) -> Retriever:
    """A retriever over these FAQ; close it."""
    source = entries if isinstance(entries, FixedFaqs) else FixedFaqs(entries, synonyms)
    return open_retriever(source, folder, tokenizer(), words(), vectors, settings, FixedClock(NOW))


def asked(
    retriever: Retriever, text: str, lang: str = "ja", channel: Channel = "web", category: str = "", limit: int = 10
) -> list[str]:
    """faq_ids found, best first."""
    query = SearchQuery(RedactedText(text), limit, category, lang, channel)
    return [h.entry.faq_id for h in retriever.search(query).hits]


def told(retriever: Retriever, text: str, lang: str = "ja", channel: Channel = "web") -> list[tuple[str, float, float]]:
    """(faq_id, score, confidence) found, best first, exactly."""
    query = SearchQuery(RedactedText(text), 20, "", lang, channel)
    return [(h.entry.faq_id, h.score, h.confidence) for h in retriever.search(query).hits]
