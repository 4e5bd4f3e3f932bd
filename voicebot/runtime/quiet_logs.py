"""Takes pipecat's logging away: it writes transcripts and spoken texts to standard error by default."""


def silence_pipecat() -> None:
    """Remove loguru's handlers. Called before pipecat is used; nothing of ours logs through loguru."""
    from loguru import logger

    logger.remove()
