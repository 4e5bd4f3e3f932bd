"""The FAQ in force as one page for the hours in which the service is down: any browser opens and prints it, and nothing
else is needed."""

import os
from collections.abc import Sequence
from pathlib import Path

from api.web.pages import templates
from knowledge.bootstrap import Services
from knowledge.domain import FaqEntry
from knowledge.errors import Unavailable

FILE_NAME = "faq.html"
_FOLDER = "offline"
_REST = "そのほか"


def offline_page(services: Services) -> bytes:
    """Japanese FAQ with what only operators may see, the directory and the lines for emergencies, as one HTML file."""
    page = templates().get_template("offline.html")
    profile = services.profile
    text = page.render(
        city=profile,
        made_at=services.clock.now(),
        shelves=_shelves([one for one in services.faqs.published() if one.lang == "ja"], services),
        announced=profile.emergency,
    )
    return text.encode()


def keep_offline_page(services: Services) -> Path:
    """Write the page to its place, whole or not at all. Raises Unavailable."""
    folder = services.settings.faq.offline_dir or services.folder.root / _FOLDER
    target = folder / FILE_NAME
    part = target.with_suffix(".part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part.write_bytes(offline_page(services))
        os.replace(part, target)
    except OSError as exc:
        raise Unavailable(f"非常時用のFAQを {target} に書き込めません。場所と権限を確認してください。") from exc
    return target


def _shelves(entries: Sequence[FaqEntry], services: Services) -> list[tuple[str, list[FaqEntry]]]:
    """By category, both in the order of the FAQ numbers."""
    today = services.clock.today()
    shelves: dict[str, list[FaqEntry]] = {}
    for one in sorted(entries, key=lambda entry: entry.faq_id):
        if one.in_force(today):
            shelves.setdefault(one.category or _REST, []).append(one)
    return list(shelves.items())
