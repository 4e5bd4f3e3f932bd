"""`madoguchi adapt`: learns from what citizens really said, and keeps it only if FAQ it has not seen get better.

FAQ are split by a hash: of the held-out ones, a few wordings are taken away and asked, with their confirmed questions,
in both trials. The trial trained with the confirmed questions of the remaining FAQ has to rank the held-out questions better than the
trial without them; then the encoder is trained on everything and swapped in. The one before stays for rollback.
"""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, select

from eval.jsonl import read_rows
from eval.lab import FixedFaqs, open_retriever
from eval.metrics.comparing import Difference, paired_difference
from eval.metrics.ranking import reciprocal_rank
from knowledge.domain import FaqEntry, SearchQuery
from knowledge.errors import NotFound, Unavailable
from knowledge.ports import Redactor
from knowledge.privacy.redacted import RedactedText
from knowledge.search.encoder import TextEncoder, load_encoder
from knowledge.search.learnt_pairs import Pair, mark_of, with_pairs
from knowledge.search.retriever import MAIN_LANGUAGE, Retriever
from knowledge.search.training import Progress, TrainingTexts
from knowledge.search.word_vectors import WordVectors
from knowledge.settings import SearchSettings
from knowledge.store.review_tables import call_marks
from knowledge.store.usage_tables import feedback, search_log
from knowledge.store.voice_tables import voice_calls, voice_turns
from knowledge.text.tokens import Tokenizer

HELD_OUT_SHARE = 0.3
LEAST_PAIRS = 10
WORDINGS_ASKED = 3
PREVIOUS = "encoder.previous.npz"
CURRENT = "encoder.npz"
Trainer = Callable[[TrainingTexts, str, Progress | None], TextEncoder]


@dataclass(frozen=True, slots=True)
class Trial:
    """Mean reciprocal rank on held-out FAQ without and with the confirmed questions."""

    pairs: int
    held_out_questions: int
    before: float
    after: float
    difference: Difference

    @property
    def better(self) -> bool:
        return self.difference.mean > 0

    def sentence(self) -> str:
        moved = f"学習に使わなかったFAQで平均逆順位 {self.before:.3f} → {self.after:.3f}（{self.held_out_questions}問）"
        if not self.better:
            return f"{moved}。良くならないため、今の検索をそのまま使います。"
        shown = "" if self.difference.shown else "（統計的な差は示せません）"
        return f"{moved}。良くなったため、新しい学習結果に切り替えます{shown}。"


@dataclass(frozen=True, slots=True)
class Bench:
    """What a trial needs: tokens, word vectors and trainers."""

    tokenizer: Tokenizer
    words: WordVectors
    settings: SearchSettings
    trainer: Trainer
    """As the product trains by itself: what is in use now."""
    learner: Trainer | None = None
    """What learns from the pairs; empty: the same trainer."""

    @property
    def pupil(self) -> Trainer:
        return self.learner or self.trainer


def confirmed_pairs(conn: Connection) -> list[Pair]:
    """Questions whose answer was used or resolved the matter (usage log) or was marked right on review (calls), and never
    judged wrong."""
    joined = select(search_log.c.text, feedback.c.faq_id, feedback.c.verdict, search_log.c.lang).join(
        feedback, feedback.c.log_id == search_log.c.log_id
    )
    good: dict[tuple[str, str], None] = {}
    bad: dict[tuple[str, str], None] = {}
    for row in conn.execute(joined.order_by(feedback.c.at, feedback.c.feedback_id)):
        if row.lang != MAIN_LANGUAGE or not row.text.strip():
            continue
        if row.verdict in ("used", "resolved"):
            good[row.text, row.faq_id] = None
        else:
            bad[row.text, row.faq_id] = None
    for marked in conn.execute(_marked_turns()):
        (good if marked.verdict == "right" else bad)[marked.text, marked.faq_id] = None
    return [Pair(RedactedText(text), faq_id) for text, faq_id in good if (text, faq_id) not in bad]


def _marked_turns() -> Select[tuple[str, str, str]]:
    """What callers said, the FAQ they were given, and what a reviewer thought of it."""
    turns, marks, calls = voice_turns.c, call_marks.c, voice_calls.c
    joined = (
        select(turns.text, marks.faq_id, marks.verdict)
        .join(call_marks, (marks.call_id == turns.call_id) & (marks.idx == turns.idx))
        .join(voice_calls, calls.call_id == turns.call_id)
    )
    return joined.where(turns.who == "caller", turns.text != "", marks.faq_id != "", calls.lang == MAIN_LANGUAGE)


def read_pairs(path: Path, redactor: Redactor) -> list[Pair]:
    """One JSON object a line with `text` and `faq_id`. Raises NotReadable naming the line."""

    def pair(row: Any) -> Pair:
        return Pair(redactor.redact(str(row["text"])).text, str(row["faq_id"]))

    return read_rows(path, pair, "text と faq_id を持つJSONを1行に1件書いてください。")


def held_out(faq_id: str) -> bool:
    """Whether an FAQ is kept out of a trial's training; the same for every run."""
    return sha256(f"adapt {faq_id}".encode()).digest()[0] / 256 < HELD_OUT_SHARE


def trial(entries: Sequence[FaqEntry], pairs: Sequence[Pair], bench: Bench, progress: Progress | None = None) -> Trial:
    """Does learning from the pairs help FAQ it has not seen? Raises Unavailable when there is too little to tell."""
    japanese = [e for e in entries if e.lang == MAIN_LANGUAGE]
    known = {e.faq_id for e in japanese}
    usable = [p for p in pairs if p.faq_id in known]
    seen = [p for p in usable if not held_out(p.faq_id)]
    asked = [(p.text, p.faq_id) for p in usable if held_out(p.faq_id)]
    for entry in japanese:
        if held_out(entry.faq_id):
            asked.extend((RedactedText(a), entry.faq_id) for a in entry.alt_questions[-WORDINGS_ASKED:])
    if len(seen) < LEAST_PAIRS or len(asked) < LEAST_PAIRS:
        raise Unavailable(
            f"確認済みの質問が足りません（学習用 {len(seen)} 件、検証用 {len(asked)} 件）。それぞれ {LEAST_PAIRS} 件以上必要です。"
            "応対支援で使ったFAQ、公開ページの「解決した」、通話の確認で「正しい」とした応対が集まってから実行するか、--pairs で渡してください。"
        )
    fewer = [replace(e, alt_questions=e.alt_questions[:-WORDINGS_ASKED]) if held_out(e.faq_id) else e for e in japanese]
    before, after = _ranks(fewer, seen, asked, bench, progress)
    return Trial(len(seen), len(asked), _mean(before), _mean(after), paired_difference(before, after))


def _ranks(
    entries: Sequence[FaqEntry],
    pairs: Sequence[Pair],
    asked: Sequence[tuple[RedactedText, str]],
    bench: Bench,
    progress: Progress | None,
) -> tuple[list[float], list[float]]:
    with tempfile.TemporaryDirectory(prefix="madoguchi-adapt-") as made:
        retriever = open_retriever(
            FixedFaqs(entries), Path(made), bench.tokenizer, bench.words, settings=bench.settings
        )
        texts, identity = retriever.training_texts()
        retriever.adopt(bench.trainer(texts, identity, progress))
        before = [_rank(retriever, text, faq_id) for text, faq_id in asked]
        more = with_pairs(texts, pairs, bench.tokenizer)
        retriever.adopt(bench.pupil(more, f"{identity}+", progress))
        after = [_rank(retriever, text, faq_id) for text, faq_id in asked]
        retriever.close()
    return before, after


def adopt(
    retriever: Retriever, pairs: Sequence[Pair], bench: Bench, index_folder: Path, progress: Progress | None = None
) -> None:
    """Train on everything and swap in. The pairs are learnt again whenever the FAQ change; the encoder and the pairs in
    use so far stay in the folder for `rollback`."""
    base, identity = retriever.base_texts()
    encoder = bench.pupil(with_pairs(base, pairs, bench.tokenizer), identity + mark_of(pairs), progress)
    if (index_folder / CURRENT).exists():
        shutil.copyfile(index_folder / CURRENT, index_folder / PREVIOUS)
    retriever.learn_also(pairs)
    retriever.adopt(encoder)


def rollback(retriever: Retriever, words: WordVectors, index_folder: Path) -> None:
    """Go back to the encoder before the last `adopt`. Raises NotFound when there is none."""
    try:
        before = load_encoder(index_folder / PREVIOUS, words)
    except (OSError, ValueError, KeyError) as exc:
        raise NotFound("戻せる学習結果がありません。") from exc
    retriever.learn_as_before()
    retriever.adopt(before)
    (index_folder / PREVIOUS).unlink()


def _rank(retriever: Retriever, text: RedactedText, faq_id: str) -> float:
    found = retriever.search(SearchQuery(text, 10))
    return reciprocal_rank([h.entry.faq_id for h in found.hits], frozenset({faq_id}))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
