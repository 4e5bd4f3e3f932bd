"""The FAQ for the hours of a failure: everything in force on one page that needs nothing else."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from api.doors import Doors
from api.housekeeping import keep_offline
from api.offline_faq import keep_offline_page
from api.security.permissions import Role
from knowledge.domain import FaqEntry
from knowledge.errors import Unavailable
from knowledge.faq.csv_rows import rows_of
from tests.fakes.staff_site import Site, opened_site, person

ENTRIES = (
    FaqEntry("A1", "受付時間は", "{{counter_name}}へ。\n・平日 & 第2土曜日", category="市の窓口", department="市民課"),
    FaqEntry("A2", "職員だけの手順", "内線で確かめます。", category="市の窓口", visibility="operator"),
    FaqEntry("A3", "終わった制度", "ありません。", category="制度", valid_to=date(2026, 1, 31)),
    FaqEntry("A1", "Opening hours", "Call us.", lang="en"),
)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with opened_site(tmp_path, entries=ENTRIES) as made:
        yield made


def test_everything_in_force_stands_on_one_page_of_its_own(site: Site) -> None:
    path = keep_offline_page(site.services)
    text = path.read_text(encoding="utf-8")
    assert path == site.services.folder.root / "offline" / "faq.html"
    assert "2026年11月20日12時00分の時点" in text
    assert "<p>市民課マイナンバーカード窓口へ。</p>" in text, "the city's words are filled in"
    assert "<li>平日 &amp; 第2土曜日</li>" in text
    assert "A1 第1版・所管 市民課" in text
    assert re.search(r"職員だけの手順 <span class=\"mark\">窓口のみ", text)
    assert "終わった制度" not in text
    assert "Opening hours" not in text
    assert "00-0000-1201" in text, "the directory"
    assert re.findall(r"<(?:script|link|img)\b|url\(|@import", text) == [], "nothing is fetched"
    assert list(path.parent.iterdir()) == [path]


def test_a_new_version_is_on_the_next_page_and_a_failing_place_harms_nothing(site: Site) -> None:
    keep_offline_page(site.services)
    changed = replace(ENTRIES[1], answer="外線で確かめます。", status="published")
    site.services.faqs.import_rows(rows_of([changed]), True, "chief")
    text = keep_offline_page(site.services).read_text(encoding="utf-8")
    assert "外線で確かめます。" in text
    assert "内線で確かめます。" not in text
    doors: Doors = site.app.state.doors
    settings = site.services.settings
    blocked = site.services.folder.root / "in the way"
    blocked.write_text("", encoding="utf-8")
    faq = settings.faq.model_copy(update={"offline_dir": blocked / "below"})
    broken = replace(site.services, settings=settings.model_copy(update={"faq": faq}))
    with pytest.raises(Unavailable, match="非常時用のFAQ"):
        keep_offline_page(broken)
    keep_offline(replace(doors, services=broken))


async def test_an_editor_takes_it_out_and_that_is_written_down(site: Site) -> None:
    site.user("editor", Role.EDITOR)
    async with person(site) as editor:
        await editor.log_in("editor")
        assert "非常時用の1枚" in await editor.get("/staff/export")
        page = await editor.submit("/staff/export/offline")
        assert editor.status == 200
        assert "職員だけの手順" in page
    assert ("editor", "faq.export") in site.audited()
