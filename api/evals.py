"""The evaluation as the doors of the product use it: checks before a publication, runs aside."""

from dataclasses import dataclass

from eval.publication import PublicationChecks
from eval.run_jobs import RunJobs
from knowledge.bootstrap import Services


@dataclass(frozen=True, slots=True)
class Evals:
    checks: PublicationChecks
    runs: RunJobs


def evals_of(services: Services) -> Evals:
    """Their threads end with the services."""
    made = Evals(PublicationChecks(services), RunJobs(services))
    services.resources.callback(made.runs.close)
    services.resources.callback(made.checks.close)
    return made
