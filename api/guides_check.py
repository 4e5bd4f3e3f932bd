"""Which checklists and scripts operators do not get to see because an FAQ behind them is not published."""

from desk.guides import Guides, Unsupported, load_guides, unsupported
from knowledge.clock import SystemClock
from knowledge.faq.published import published_entries
from knowledge.faq.records import SOURCE_LANG
from knowledge.profile import load_profile
from knowledge.settings import Settings
from knowledge.store.database import open_database


def check_guides(settings: Settings) -> tuple[Guides, tuple[Unsupported, ...]]:
    """Reads beside a running server. Raises ConfigurationError that names file and line."""
    guides = load_guides(settings.data_dir)
    profile, today = load_profile(settings.city), SystemClock().today()
    db = open_database(settings.data_dir, settings.store)
    try:
        with db.read() as conn:
            entries = published_entries(conn, today, profile.variables)
            live = {one.faq_id for one in entries if one.lang == SOURCE_LANG and one.in_force(today)}
    finally:
        db.close()
    return guides, unsupported(guides, profile, live.__contains__)
