"""Learning from the FAQ in the foreground."""

from functools import partial

from api.cli.screen import Tell
from knowledge.bootstrap import Services


def learn(services: Services, tell: Tell) -> None:
    """What was not learnt from exactly the FAQ in force."""
    for task in services.learnables:
        if not task.current():
            task.learn(partial(tell, task.name))
