"""Which test questions are a city's: those shipped for the sample city, and the ones the city made itself."""

from collections.abc import Collection
from functools import cache
from pathlib import Path

from eval.cases import SHIPPED, Suite, joined, load_suite
from knowledge.bootstrap import Services
from knowledge.errors import NotFound

SAMPLE_CITY = "mihon"
_MOST = 0.5
"""Share of the FAQ the shipped cases ask for that has to be published for the cases to mean anything."""


def own_files(data_dir: Path) -> list[Path]:
    """Files with the city's own cases, whoever wrote them: a person through the pages or an administrator by hand."""
    return sorted((data_dir / "eval" / "cases").glob("**/*.jsonl"))


def suite_in_use(city: str, data_dir: Path, published: Collection[str] | None = None) -> Suite | None:
    """All of the city's test questions under the city's name; None where there are none. While most FAQ that the shipped
    cases ask for are missing from `published` (when given), only those whose FAQ stand count: the others say nothing
    about another city's FAQ. Raises InvalidInput when a file is wrong."""
    files = own_files(data_dir)
    if city != SAMPLE_CITY:
        return joined(Path(city).stem, files) if files else None
    whole = joined(SAMPLE_CITY, [*sorted((SHIPPED / SAMPLE_CITY).glob("*.jsonl")), *files])
    shipped = {case.id: case.right_faqs for case in _shipped().cases}
    known = set(published or ())
    wanted = frozenset().union(*shipped.values())
    if published is None or len(wanted & known) >= _MOST * len(wanted):
        return whole
    kept = [case for case in whole.cases if case.id not in shipped or case.right_faqs & known]
    return whole.of(kept) if kept else None


def suite_of(services: Services) -> Suite | None:
    """The test questions about what is published now."""
    published = {faq_id for faq_id, _ in services.faqs.state().hashes}
    return suite_in_use(services.settings.city, services.folder.root, published)


@cache
def _shipped() -> Suite:
    return load_suite(SHIPPED / SAMPLE_CITY)


def suite_named(name: str, city: str, data_dir: Path) -> Suite:
    """`name`: empty for the suite in use, a shipped one, or a path. Raises NotFound, NotReadable, InvalidInput."""
    if not name:
        found = suite_in_use(city, data_dir)
        if found is None:
            raise NotFound(
                "この市の評価ケースがまだありません。職員用画面の「評価」で登録するか、--suite で指定してください。"
            )
        return found
    return load_suite(SHIPPED / name if (SHIPPED / name).is_dir() else Path(name))
