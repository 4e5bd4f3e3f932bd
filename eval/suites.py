"""Which test questions are a city's: those shipped for the sample city, and the ones the city made itself."""

from pathlib import Path

from eval.cases import SHIPPED, Suite, joined, load_suite
from knowledge.errors import NotFound

SAMPLE_CITY = "mihon"


def own_files(data_dir: Path) -> list[Path]:
    """Files with the city's own cases, whoever wrote them: a person through the pages or an administrator by hand."""
    return sorted((data_dir / "eval" / "cases").glob("**/*.jsonl"))


def suite_in_use(city: str, data_dir: Path) -> Suite | None:
    """All of the city's test questions under the city's name; None where there are none. Raises InvalidInput when a file
    is wrong."""
    files = own_files(data_dir)
    if city == SAMPLE_CITY:
        files = [*sorted((SHIPPED / SAMPLE_CITY).glob("*.jsonl")), *files]
    return joined(Path(city).stem, files) if files else None


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
