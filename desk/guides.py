"""What a city may replace by files of its own: checklists and talk scripts, which rest on approved FAQ, the words of tags
and of alerts, the evaluation sheet."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from desk.alerts.words import SHIPPED_WORDS, WordRule, load_word_rules
from desk.assist import checklists as lists
from desk.assist import scripts as talks
from desk.assist.checklists import Checklist, load_checklists, unsupported_leaves
from desk.assist.scripts import Script, load_scripts, unapproved_parts
from desk.own_files import chosen_file
from desk.quality.model import Sheet
from desk.quality.sheet_file import SHIPPED_SHEET, load_sheet
from desk.records.tag_file import load_tag_rules
from desk.records.tagging import SHIPPED_TAGS, TagRule
from knowledge.profile import CityProfile

SHIPPED = (lists.SHIPPED, talks.SHIPPED, SHIPPED_TAGS, SHIPPED_WORDS, SHIPPED_SHEET)
"""The files in the order in which they are told; a city's own one has the same name in the data folder."""


@dataclass(frozen=True, slots=True)
class Guides:
    checklists: tuple[Checklist, ...]
    scripts: tuple[Script, ...]
    tag_rules: Mapping[str, TagRule]
    alert_words: Mapping[str, WordRule]
    sheet: Sheet
    own: tuple[str, ...] = ()
    """Names of the files that are the city's own."""


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Something that is not offered, and the FAQ or texts it lacks."""

    file: str
    name: str
    lacks: tuple[str, ...]


def load_guides(data_dir: Path, names: Collection[str] = ()) -> Guides:
    """Own files in place of shipped ones, file by file. `names`: what the centre calls itself. Raises ConfigurationError that names file and line."""
    files = [chosen_file(data_dir, file) for file in SHIPPED]
    own = tuple(file.name for file in files if file not in SHIPPED)
    tags, words = load_tag_rules(files[2]), load_word_rules(files[3])
    sheet = load_sheet(files[4], names, words)
    return Guides(load_checklists(files[0]), load_scripts(files[1]), tags, words, sheet, own)


def unsupported(guides: Guides, profile: CityProfile, is_published: Callable[[str], bool]) -> tuple[Unsupported, ...]:
    """Every list and script that operators do not get to see, in the order of the files."""
    leaves = unsupported_leaves(guides.checklists, is_published)
    kept = [Unsupported(lists.SHIPPED.name, "・".join(one.key), (one.faq_id,)) for one in leaves]
    lacking = [(one.title, unapproved_parts(one, profile, is_published)) for one in guides.scripts]
    return (*kept, *(Unsupported(talks.SHIPPED.name, title, lacks) for title, lacks in lacking if lacks))


def copy_shipped(data_dir: Path) -> tuple[str, ...]:
    """Put the shipped files into the data folder to start from; what is there stays. The names of the new ones."""
    made = []
    for file in SHIPPED:
        target = data_dir / file.name
        if not target.exists():
            target.write_bytes(file.read_bytes())
            made.append(file.name)
    return tuple(made)
