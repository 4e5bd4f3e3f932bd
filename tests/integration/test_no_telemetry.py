"""A closed network: no library keeps or sends usage events of its own."""

import os
import subprocess
import sys
from pathlib import Path

_DETECTS_SPEECH = """
import voicebot
from importlib.util import find_spec
from pathlib import Path
import onnxruntime
[model] = Path(find_spec("pipecat").submodule_search_locations[0]).rglob("silero_vad*.onnx")
onnxruntime.InferenceSession(str(model))
"""


def test_speech_detection_leaves_nothing_in_the_users_folder(tmp_path: Path) -> None:
    kept = {
        name: value for name, value in os.environ.items() if name not in ("ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME")
    }

    subprocess.run([sys.executable, "-c", _DETECTS_SPEECH], env={**kept, "HOME": str(tmp_path)}, check=True)

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
