"""Learning from the FAQ in the foreground."""

from functools import partial

from api.cli.screen import Tell
from knowledge.bootstrap import Services


def learn(services: Services, tell: Tell, only_for_safety: bool = False) -> None:
    """What was not learnt from exactly the FAQ in force. `only_for_safety`: the rest is left to the running server."""
    for task in services.learnables:
        if not task.current() and (task.for_safety or not only_for_safety):
            task.learn(partial(tell, task.name))
