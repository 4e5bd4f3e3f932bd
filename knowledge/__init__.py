"""The domain core. One question's vectors are small: BLAS threads would only spin and take the cores from other
questions (4 times the CPU per answer, measured), so numpy is kept to one thread unless the environment says otherwise.
This must run before numpy is first imported; training starts processes of its own with threads of their own."""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
