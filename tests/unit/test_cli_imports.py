"""A question on the command line must not wait for libraries it does not use."""

import subprocess
import sys

_ASK = "import api.cli.ask, api.json_body, api.replies, api.routes.answer_body, knowledge.bootstrap"
_HEAVY = ("fastapi", "openpyxl", "scipy", "llama_index", "litellm", "qdrant_client", "pipecat", "torch", "spacy")


def test_asking_loads_no_server_and_no_trainer() -> None:
    code = f"{_ASK}\nimport sys\nprint([name for name in {_HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
