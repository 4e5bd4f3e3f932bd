"""Learning from the FAQ in the foreground."""

from api.cli.screen import Tell
from knowledge.bootstrap import Services


def learn(services: Services, tell: Tell) -> None:
    """Everything that was not learnt from exactly the FAQ in force."""
    for task in services.learnables:
        if not task.current():
            task.learn(lambda done, total, name=task.name: tell(name, done, total))  # type: ignore[misc]
