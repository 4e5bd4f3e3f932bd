"""Optional: the product's runs in the shape of ragas 0.4, its measures that work in Japanese, and judging by a language
model behind any OpenAI-compatible address (litellm). Our own metrics stay the reference; similarity never judges.

ragas prints and drops a row that fails; here a failing row is an error. Needs the extra [eval] (and [llm] to judge).
"""

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from pydantic import BaseModel

import prompts
from eval.rows import Row
from eval.runner import RunFailed
from knowledge.domain import FaqEntry
from knowledge.errors import Unavailable
from knowledge.language.endpoint import EndpointRules, check_endpoint

# Both look for the internet at import unless told not to.
_QUIET = {"RAGAS_DO_NOT_TRACK": "true", "LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_TELEMETRY": "False"}
PASS, FAIL = "pass", "fail"
JUDGES = ("judge_faithfulness", "judge_context_recall")


class RagasRow(BaseModel):
    """One answered case, in ragas' field names."""

    id: str
    user_input: str
    response: str
    reference: str
    retrieved_contexts: list[str]
    retrieved_context_ids: list[str]
    reference_context_ids: list[str]


@dataclass(frozen=True, slots=True)
class Judge:
    """A model behind an OpenAI-compatible address; `model` in litellm's notation, e.g. openai/<name>."""

    model: str
    api_base: str
    api_key: str = "none"
    timeout_secs: float = 60.0
    allowed_endpoints: tuple[str, ...] = ()
    """host:port as in llm.allowed_endpoints; this machine itself needs no entry."""


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """`verdicts` by judge name: pass or fail, with the model's reason; `prompt_shas` say which wording judged."""

    id: str
    verdicts: Mapping[str, str]
    reasons: Mapping[str, str]
    prompt_shas: Mapping[str, str]


def ragas_rows(rows: Sequence[Row], entries: Mapping[tuple[str, str], FaqEntry]) -> list[RagasRow]:
    """The answered Japanese cases that have a right FAQ."""
    out = []
    for row in rows:
        right = [f for f in row.right_faqs if (f, row.lang) in entries]
        if row.action == "answer" and right and row.lang == "ja":
            contexts = [f for f in row.ranked if (f, row.lang) in entries]
            out.append(
                RagasRow(
                    id=row.case_id,
                    user_input=row.text,
                    response=row.answer,
                    reference=entries[right[0], row.lang].answer,
                    retrieved_contexts=[entries[f, row.lang].answer for f in contexts],
                    retrieved_context_ids=contexts,
                    reference_context_ids=list(row.right_faqs),
                )
            )
    return out


def save_dataset(rows: Sequence[RagasRow], folder: Path, name: str) -> Path:
    """Write `<folder>/datasets/<name>.jsonl` through ragas. Raises RunFailed when rows are missing afterwards."""
    _quiet_import("ragas")
    from ragas import Dataset

    dataset = Dataset(name=name, backend="local/jsonl", root_dir=str(folder), data_model=RagasRow)
    for row in rows:
        dataset.append(row)
    dataset.save()
    again = Dataset.load(name=name, backend="local/jsonl", root_dir=str(folder), data_model=RagasRow)
    _all_there([r.id for r in rows], [r.id for r in again])
    return folder / "datasets" / f"{name}.jsonl"


def similarity_scores(rows: Sequence[RagasRow]) -> list[dict[str, float]]:
    """Per row: exact match, chrF, string similarity, and precision and recall of the FAQ ids found. No model needed.

    BLEU and ROUGE of ragas give 0 for identical Japanese texts and are left out.
    """
    _quiet_import("ragas")
    return asyncio.run(_similarities(rows))


async def _similarities(rows: Sequence[RagasRow]) -> list[dict[str, float]]:
    from ragas.metrics.collections import CHRFScore, ExactMatch, NonLLMStringSimilarity

    metrics = {"exact": ExactMatch(), "chrf": CHRFScore(), "string": NonLLMStringSimilarity()}
    out = []
    for row in rows:
        scores = {}
        for name, metric in metrics.items():
            result = await metric.ascore(reference=row.reference, response=row.response)
            scores[name] = float(result.value)
        scores |= _by_ids(row)
        out.append(scores)
    return out


def _by_ids(row: RagasRow) -> dict[str, float]:
    """ragas' IDBasedContextPrecision and IDBasedContextRecall, whose module is announced to go away."""
    found, wanted = set(row.retrieved_context_ids), set(row.reference_context_ids)
    both = len(found & wanted)
    return {"id_precision": both / len(found) if found else 0.0, "id_recall": both / len(wanted) if wanted else 0.0}


def judge_rows(rows: Sequence[RagasRow], judge: Judge, folder: Path, name: str) -> list[JudgedRow]:
    """Ask the model about every row and keep the verdicts as a ragas experiment in `folder`. Raises RunFailed when a row
    fails or is missing, Unavailable without the extras, ConfigurationError for an endpoint that is not allowed."""
    check_endpoint(judge.api_base, EndpointRules(judge.allowed_endpoints))
    _quiet_import("ragas")
    _quiet_import("litellm")
    judged = asyncio.run(_judge_all(rows, judge))
    _save_experiment(judged, folder, name)
    return judged


async def _judge_all(rows: Sequence[RagasRow], judge: Judge) -> list[JudgedRow]:
    model = _model(judge)
    return [await _judge_one(row, model) for row in rows]


async def _judge_one(row: RagasRow, model: Any) -> JudgedRow:
    from ragas.metrics import DiscreteMetric

    verdicts, reasons, shas = {}, {}, {}
    values = {
        "question": row.user_input,
        "contexts": "\n---\n".join(row.retrieved_contexts) or "（なし）",
        "response": row.response,
        "reference": row.reference,
    }
    for name in JUDGES:
        prompt = prompts.load(name)
        metric = DiscreteMetric(name=name, prompt=prompt.text, allowed_values=[PASS, FAIL])
        try:
            result = await metric.ascore(llm=model, **values)
        except Exception as exc:
            raise RunFailed(f"ケース {row.id} の判定に失敗しました（{type(exc).__name__}）。") from exc
        if result.value not in (PASS, FAIL):
            raise RunFailed(f"ケース {row.id} の判定が pass・fail のどちらでもありません。")
        verdicts[name], reasons[name], shas[name] = result.value, str(result.reason or ""), prompt.sha
    return JudgedRow(row.id, verdicts, reasons, shas)


def _model(judge: Judge) -> Any:
    import litellm
    from ragas.llms import llm_factory

    instructor: Any = import_module("instructor")
    litellm.telemetry = False
    client = instructor.from_litellm(litellm.acompletion, mode=instructor.Mode.JSON)
    return llm_factory(
        judge.model,
        provider="litellm",
        client=client,
        adapter="litellm",
        api_base=judge.api_base,
        api_key=judge.api_key,
        timeout=judge.timeout_secs,
        temperature=0,
    )


def _save_experiment(judged: Sequence[JudgedRow], folder: Path, name: str) -> None:
    from ragas.backends import LocalJSONLBackend

    backend = LocalJSONLBackend(root_dir=str(folder))
    data = [
        {"id": j.id, **j.verdicts, **{f"{n}_reason": r for n, r in j.reasons.items()}, **{f"{n}_prompt": s for n, s in j.prompt_shas.items()}}
        for j in judged
    ]  # fmt: skip
    backend.save_experiment(name, data)
    _all_there([j.id for j in judged], [row["id"] for row in backend.load_experiment(name)])


def _all_there(wanted: Sequence[str], found: Sequence[str]) -> None:
    if sorted(wanted) != sorted(found):
        raise RunFailed(f"評価の行数が合いません（{len(wanted)} 件のうち {len(found)} 件）。")


def _quiet_import(module: str) -> None:
    from importlib.util import find_spec

    if find_spec(module) is None:
        raise Unavailable("追加の部品が必要です。pip install 'madoguchi[eval,llm]' で入れてください。")
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
