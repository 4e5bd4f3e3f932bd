"""The intent model's examples and where it is kept: FAQ wordings of the index plus what must go to a person."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from pathlib import Path

import orjson

from knowledge.answering.intent_model import IN_SCOPE, Example, IntentModel, load_intent_model, train_intents
from knowledge.domain import FaqEntry
from knowledge.errors import NotReadable, Problem
from knowledge.search.cache import UNREADABLE
from knowledge.search.word_vectors import WordVectors
from knowledge.text.tokens import Tokenizer

FILE_NAME = "intents.npz"
CHOSEN_WEIGHT = 5.0
"""Of an example of our own: it was chosen because it sounds like what is not ours, or is curter than any wording; the FAQ's
wordings are a hundred times as many."""
LANGUAGES = ("ja", "en")
MANY_FAQS = 3_000
"""Beyond this many FAQ only some of their wordings are learnt from: MOST_OURS of them tell what is ours from what is not
as well as 40,000 do (AUC on 284 cases for a person .911 both times), in half the time and 0.8 GB less."""
MOST_OURS = 20_000


def read_policy_examples(path: Path) -> list[Example]:
    """Utterances with labels, one JSON object a line ({"text", "label", "lang"}). Raises NotReadable naming the line."""
    examples = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = orjson.loads(line)
            if row.get("lang", "ja") in LANGUAGES:
                department = row.get("department", "") if row["label"] == "other_department" else ""
                weight = CHOSEN_WEIGHT if row["label"] == IN_SCOPE else 1.0
                examples.append(Example(row["text"], row["label"], department, weight))
        except (ValueError, KeyError, TypeError) as exc:
            problem = Problem("text と label を持つJSONを1行に1件書いてください。", number)
            raise NotReadable(f"{path.name} を読み取れません。", (problem,)) from exc
    return examples


def faq_examples(entries: Iterable[FaqEntry]) -> list[Example]:
    """Every wording in LANGUAGES of every FAQ; FAQ that only name another office teach what is not ours. English
    wordings are needed so that attacks written in English do not make English itself look like an attack. Of very many FAQ
    only some wordings, the same ones for the same FAQ."""
    chosen = [entry for entry in entries if entry.lang in LANGUAGES]
    made = [
        Example(text, "other_department" if entry.referral else IN_SCOPE)
        for entry in chosen
        for text in (entry.question, *entry.alt_questions)
    ]
    return made if len(chosen) <= MANY_FAQS else _fewer(made)


def _fewer(examples: Sequence[Example]) -> list[Example]:
    """Everything that is not ours, and MOST_OURS of what is: those whose hash is lowest, so that an edit changes little of
    the choice."""
    ours = [at for at, example in enumerate(examples) if example.label == IN_SCOPE]
    left_out = set(sorted(ours, key=lambda at: _hash(examples[at].text))[MOST_OURS:])
    return [example for at, example in enumerate(examples) if at not in left_out]


def _hash(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()


SCHEMA = "features 4"
"""Part of the identity of a trained model: raise it when features or training change, so that an upgrade learns anew."""


def examples_identity(examples: Sequence[Example], tokenizer: Tokenizer) -> str:
    """Changes whenever the trained model would."""
    text = "\x1e".join(f"{e.label}\x1f{e.weight}\x1f{e.text}" for e in examples)
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
    return f"{tokenizer.version} {SCHEMA} {digest}"


def load_intents(folder: Path, tokenizer: Tokenizer, vectors: WordVectors) -> tuple[IntentModel, str] | None:
    """The model on disk and its identity; None where there is none that can be read."""
    try:
        model = load_intent_model(folder / FILE_NAME, tokenizer, vectors)
        return model, (folder / f"{FILE_NAME}.txt").read_text(encoding="utf-8")
    except UNREADABLE:
        return None


LEAST_OURS = 0.7
_ASKED = 100


def knows_as_ours(model: IntentModel, entries: Sequence[FaqEntry]) -> bool:
    """Whether the model takes the FAQ's own questions for ours, as it does of those it learnt from (an edit changes few
    of them) and does not of another city's or another office's."""
    own = [e.question for e in entries if e.lang == "ja" and e.referral is None]
    asked = own[:: max(1, len(own) // _ASKED)]
    ours = sum(model.probabilities(text).get(IN_SCOPE, 0.0) >= 0.5 for text in asked)
    return ours >= LEAST_OURS * len(asked)


def train_and_keep(
    examples: Sequence[Example], folder: Path, tokenizer: Tokenizer, vectors: WordVectors
) -> IntentModel:
    """Train on `examples` and write the model so that a crash leaves the old one or the new one."""
    model = train_intents(examples, tokenizer, vectors)
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f"{FILE_NAME}.new"
    model.save(temporary)
    (folder / f"{FILE_NAME}.txt").unlink(missing_ok=True)
    temporary.replace(folder / FILE_NAME)
    (folder / f"{FILE_NAME}.txt").write_text(examples_identity(examples, tokenizer), encoding="utf-8")
    return model
