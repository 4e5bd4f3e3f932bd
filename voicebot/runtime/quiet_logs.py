"""Takes pipecat's logging away: it writes transcripts and spoken texts to standard error by default."""

import warnings
from importlib import import_module


def silence_pipecat() -> None:
    """Remove loguru's handlers. Called before pipecat is used; nothing of ours logs through loguru."""
    from loguru import logger

    logger.remove()
    with warnings.catch_warnings():
        # pipecat imports audioop, which Python 3.11 deprecates; said once here instead of at every start.
        warnings.simplefilter("ignore", DeprecationWarning)
        import_module("pipecat.audio.utils")
