"""A city's own checklists, scripts and tags: in place of the shipped ones, refused with the line, nothing without an FAQ."""

from pathlib import Path

import pytest

from desk.assist.scripts import passages
from desk.guides import copy_shipped, load_guides, unsupported
from desk.records.tagging import auto_tags, shipped_rules
from knowledge.domain import FaqEntry
from knowledge.errors import ConfigurationError
from knowledge.faq.variables import fill
from knowledge.profile import load_profile
from tests.fakes.faq_entries import no_faq

OWN_LIST = """\
[[checklist]]
who = "本人"
procedure = "返納"
counter = "市の窓口"
faq_id = "K1"
documents = ["印鑑"]
"""


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("checklists.toml", OWN_LIST + OWN_LIST, "checklists.toml 7行目 の checklist[2].who"),
        ("checklists.toml", OWN_LIST + "[[checklist]]\nwho = 5\n", "checklists.toml 7行目 の checklist[2].who"),
        ("checklists.toml", OWN_LIST + "who == 5\n", "checklists.toml の7行目"),
        ("checklists.toml", "[[list]]\n", "list"),
        ("scripts.toml", '[[script]]\ntitle = "苦情"\nparts = []\n', "scripts.toml 1行目 の script[1].parts"),
        ("scripts.toml", '[[script]]\ntitle = "苦情"\nparts = [{ text = "a" }]\n', "script[1].parts[1]"),
        ("tags.toml", '# 市のタグ\n[tags."更新"]\nwords = ["("]\n', "tags.toml 2行目 の 更新.words"),
        ("tags.toml", '[tags."更新"]\nwords = ["a*"]\n', "どんな文にも当たる"),
        ("tags.toml", '[tags."更新"]\n', "言葉を1つ以上"),
    ],
)
def test_a_broken_file_of_the_citys_own_is_told_with_its_line(tmp_path: Path, name: str, text: str, told: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        load_guides(tmp_path)
    assert told in refused.value.message
    assert name in refused.value.message


def test_a_citys_own_files_take_the_place_of_the_shipped_ones(tmp_path: Path) -> None:
    shipped = load_guides(tmp_path)
    assert shipped.own == ()
    assert len(shipped.tag_rules) > 20
    assert shipped.tag_rules == shipped_rules()
    (tmp_path / "checklists.toml").write_text(OWN_LIST, encoding="utf-8-sig")
    (tmp_path / "tags.toml").write_text('[tags."台風"]\nwords = ["台風", "大雨"]\n', encoding="utf-8")
    own = load_guides(tmp_path)
    assert own.own == ("checklists.toml", "tags.toml")
    assert [one.documents for one in own.checklists] == [("印鑑",)]
    assert own.scripts == shipped.scripts
    assert [tag.name for tag in auto_tags(["台風で窓口は開きますか"], own.tag_rules)] == ["台風"]


def test_the_shipped_files_are_a_start_and_never_overwrite(tmp_path: Path) -> None:
    (tmp_path / "tags.toml").write_text('[tags."台風"]\nwords = ["台風"]\n', encoding="utf-8")
    assert copy_shipped(tmp_path) == ("checklists.toml", "scripts.toml", "alerts.toml", "quality.toml")
    assert copy_shipped(tmp_path) == ()
    assert list(load_guides(tmp_path).tag_rules) == ["台風"]


def test_what_rests_on_no_published_faq_is_named_for_the_administrator(tmp_path: Path) -> None:
    guides, mihon, other = load_guides(tmp_path), load_profile("mihon"), load_profile("kurume")
    published = {one.faq_id for one in guides.checklists} | {part.faq for one in guides.scripts for part in one.parts}
    assert unsupported(guides, mihon, published.__contains__) == ()
    [one] = unsupported(guides, mihon, (published - {"MH1026"}).__contains__)
    assert (one.file, one.lacks) == ("scripts.toml", ("MH1026",))
    assert "会社" in one.name
    lacking = {one.name: one.lacks for one in unsupported(guides, other, published.__contains__)}
    assert lacking["勧奨：会社へ一括申請のご案内"][0] == "案内文 invite_opening"
    nothing = unsupported(guides, mihon, lambda _faq_id: False)
    assert len([one for one in nothing if one.file == "checklists.toml"]) == len(guides.checklists)


def test_an_invitation_says_the_citys_text_and_shows_the_faq_it_rests_on() -> None:
    [script] = [one for one in load_guides(Path("nowhere")).scripts if "会社" in one.title]
    entry = FaqEntry("MH1026", "会社で申請できますか。", "はい。", version=4)
    said_now = passages(script, load_profile("mihon"), {"MH1026": entry}.get, fill)
    assert [one.source for one in said_now] == ["市の設定", "MH1026 第4版", "市の設定"]
    assert "おおむね5人以上" in said_now[1].text
    assert "{{" not in "".join(one.text for one in said_now)
    assert passages(script, load_profile("mihon"), no_faq, fill) == ()
