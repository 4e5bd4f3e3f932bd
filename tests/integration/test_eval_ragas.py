"""ragas as an adapter, against a scripted endpoint on this machine: rows kept, failures loud, prompts Japanese."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import prompts
from eval.asking import asking
from eval.bench.product import csv_of
from eval.cli import app
from eval.extra import load_all
from eval.ragas_adapter import (
    JUDGES,
    Judge,
    RagasRow,
    judge_rows,
    ragas_rows,
    save_dataset,
    similarity_scores,
)
from eval.runner import RunFailed, run
from eval.service import run_suite
from knowledge.bootstrap import opened
from knowledge.domain import FaqEntry
from knowledge.errors import ConfigurationError
from knowledge.privacy.redactor import RuleRedactor
from knowledge.settings import SearchSettings, Settings, TrainingSettings
from knowledge.text.percent import percent
from tests.fakes import small_city
from tests.fakes.answering import ScriptedAnswering
from tests.unit.test_eval_runner import SCRIPT, SUITE

# The libraries behind ragas warn about their own age at import.
pytestmark = [
    pytest.mark.ragas,
    pytest.mark.filterwarnings("ignore"),
]
ENTRIES = {(f, "ja"): FaqEntry(f, "質問", "手数料は1,000円です。") for f in ("MH1001", "MH1002")}


def test_rows_are_the_answered_cases_with_their_evidence() -> None:
    rows = ragas_rows(run(SUITE, asking(ScriptedAnswering(SCRIPT), RuleRedactor())), ENTRIES)
    assert [(r.id, r.retrieved_context_ids, r.reference_context_ids) for r in rows] == [
        ("C0001", ["MH1001"], ["MH1001"]),
        ("C0002", ["MH1002"], ["MH1001"]),
    ]


def test_prompts_can_be_filled() -> None:
    values = {"question": "Q1", "contexts": "C1", "response": "R1", "reference": "T1"}
    for name in JUDGES:
        text = prompts.load(name).text.format(**values)
        assert "Q1" in text
        assert "C1" in text
        assert "pass" in text


def _row(number: int, response: str = "手数料は1,000円です。") -> RagasRow:
    return RagasRow(
        id=f"C{number:04d}",
        user_input="手数料はいくらですか",
        response=response,
        reference="手数料は1,000円です。",
        retrieved_contexts=["手数料は1,000円です。"],
        retrieved_context_ids=["MH1001", "MH1002"],
        reference_context_ids=["MH1001"],
    )


def test_dataset_in_the_shape_of_ragas(tmp_path: Path) -> None:
    pytest.importorskip("ragas", reason="the extra [eval] is not installed")
    path = save_dataset([_row(1), _row(2)], tmp_path, "gold")
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in lines] == ["C0001", "C0002"]
    assert lines[0]["user_input"] == "手数料はいくらですか"


def test_similarity_works_in_japanese_and_does_not_see_a_reversed_answer() -> None:
    pytest.importorskip("ragas", reason="the extra [eval] is not installed")
    same, other, unlike = similarity_scores(
        [_row(1), _row(2, "手数料は1,000円ではありません。"), _row(3, "犬の登録です")]
    )
    assert same["exact"] == same["chrf"] == same["string"] == 1
    assert other["exact"] == 0
    assert other["string"] > 0.6 > unlike["string"]
    assert (same["id_precision"], same["id_recall"]) == (0.5, 1.0)


class _Script(BaseHTTPRequestHandler):
    """Answers as an OpenAI-compatible server: says fail when the answer in the prompt lacks the fee, breaks on demand."""

    asked: list[dict[str, Any]]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(body)  # type: ignore[attr-defined]
        prompt = json.dumps(body["messages"], ensure_ascii=False)
        if "壊れる" in prompt:
            self.send_response(400)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        verdict = "fail" if "無料です" in prompt else "pass"
        content = json.dumps({"value": verdict, "reason": "根拠どおりです。"}, ensure_ascii=False)
        message = {"role": "assistant", "content": content}
        answer = {
            "id": "x", "object": "chat.completion", "created": 1, "model": "m",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
        }  # fmt: skip
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args: object) -> None:
        """Silent."""


@pytest.fixture
def endpoint() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Script)
    server.asked = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def _judge(server: ThreadingHTTPServer) -> Judge:
    return Judge("openai/local", f"http://127.0.0.1:{server.server_address[1]}/v1", timeout_secs=20)


def test_every_row_is_judged_with_the_japanese_prompt(endpoint: ThreadingHTTPServer, tmp_path: Path) -> None:
    for module in ("ragas", "litellm"):
        pytest.importorskip(module, reason="the extras [eval,llm] are not installed")
    judged = judge_rows([_row(1), _row(2, "手数料は無料です。")], _judge(endpoint), tmp_path, "first")
    assert [(j.id, j.verdicts["judge_faithfulness"]) for j in judged] == [("C0001", "pass"), ("C0002", "fail")]
    assert judged[0].prompt_shas["judge_faithfulness"] == prompts.load("judge_faithfulness").sha
    first = json.dumps(endpoint.asked[0], ensure_ascii=False)  # type: ignore[attr-defined]
    assert "あなたは市役所の回答を点検する審査員です" in first
    lines = (tmp_path / "experiments" / "first.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["C0001", "C0002"]


def test_a_failing_row_is_an_error_and_not_a_missing_row(endpoint: ThreadingHTTPServer, tmp_path: Path) -> None:
    for module in ("ragas", "litellm"):
        pytest.importorskip(module, reason="the extras [eval,llm] are not installed")
    with pytest.raises(RunFailed, match="C0002"):
        judge_rows([_row(1), _row(2, "壊れる回答")], _judge(endpoint), tmp_path, "second")
    assert not (tmp_path / "experiments" / "second.jsonl").exists()


def test_a_run_is_measured_and_judged_from_the_command_line(endpoint: ThreadingHTTPServer, tmp_path: Path) -> None:
    for module in ("ragas", "litellm"):
        pytest.importorskip(module, reason="the extras [eval,llm] are not installed")
    training = TrainingSettings(background=False)
    with opened(Settings(data_dir=tmp_path, search=SearchSettings(training=training))) as services:
        services.faqs.import_file(csv_of(small_city.entries()), True, "test")
        made = run_suite(services, small_city.suite().only(limit=12))
    port = endpoint.server_address[1]
    config = f'[llm]\nmodel = "openai/local"\napi_base = "http://127.0.0.1:{port}/v1"\n[search.training]\nbackground = false\n'
    (tmp_path / "madoguchi.toml").write_text(config, encoding="utf-8")
    done = CliRunner().invoke(
        app, ["ragas", made.about.run_id, "--judge", "--limit", "3", "--json", "--data-dir", str(tmp_path)]
    )
    assert done.exit_code == 0, done.output
    told = json.loads(done.output[done.output.index("{") :])
    found = {one["項目"]: (one["値"], one["n"]) for one in told["figures"]}
    asked = endpoint.asked  # type: ignore[attr-defined]
    passed = sum("無料です" not in json.dumps(body["messages"], ensure_ascii=False) for body in asked[::2])
    assert found["忠実性：根拠どおりと判定された割合"] == (percent(passed / 3), "3")
    assert found["承認済みの回答と完全に一致した割合"][1] == "3"
    assert len(Path(told["dataset"]).read_text(encoding="utf-8").splitlines()) == 3
    assert len(asked) == 6
    assert [table.title for table in load_all(tmp_path)] == ["ragas による測定"]


def test_a_judge_needs_a_model_in_the_configuration(tmp_path: Path) -> None:
    pytest.importorskip("ragas", reason="the extra [eval] is not installed")
    with opened(Settings(data_dir=tmp_path)) as services:
        services.faqs.import_file(csv_of(small_city.entries()), True, "test")
        made = run_suite(services, small_city.suite().only(limit=2))
    with pytest.raises(ConfigurationError, match="llm"):
        CliRunner().invoke(
            app, ["ragas", made.about.run_id, "--judge", "--data-dir", str(tmp_path)], catch_exceptions=False
        )
