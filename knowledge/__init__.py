"""The domain core. Two things are settled here, before any library is imported; processes started later inherit both.

One question's vectors are small: BLAS threads would only spin and take the cores from other questions (4 times the CPU
per answer, measured), so numpy is kept to one thread unless the environment says otherwise; training starts processes of
its own with threads of their own.

Nothing calls home: onnxruntime (speech detection, Piper) would keep a device number and usage events in the user's folder
and try to send them, and so would other libraries that ask these variables first."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
for _name in ("ORT_DISABLE_TELEMETRY", "HF_HUB_DISABLE_TELEMETRY", "DO_NOT_TRACK"):
    os.environ[_name] = "1"
