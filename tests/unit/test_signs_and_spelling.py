"""One sign and one spelling for one thing in everything people read (the list stands in CONTRIBUTING)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_J = "[ぁ-んァ-ヶー一-龠々]"
RULES = {
    "％": rf"(?:\d|{_J}|\}}\}}|\0) ?%(?![A-Za-z0-9_}}({{%])",
    "〜": "～",
    "、 。": f"[，．]|{_J},",
    "：": rf"{_J}:(?!//|ポート)",
    "（ ）": rf"{_J}\(|\({_J}|{_J}\)",
    "？ ！": rf"{_J}[!?](?![=\w])",
    "…": rf"{_J}\.\.\.|・・・",
    "ください、いたします、いただく": "下さい|(?<!一)致し|頂[きくけい]",
    "問い合わせ": "問合せ|問合わせ",
    "手続き、申し込み": "手続(?!き)|申込み",
    "取り込む、書き出す、引き継ぐ": "(?:取込|書出|引継|取次|切替|取消|取下|読込|折返|繰返|組合|差戻)[まむんめすさせぐいがらっるわ]",
    "取込み、書出し、引継ぎ、取次ぎ": "(?:取り込み|書き出し|引き継ぎ|取り次ぎ|切り替え|入れ替え|取り消し|取り下げ)[のをはがへに」）]",
    "すべて、または、および、すでに、ほかの": "全て|又は|及び|既に|(?<!その)他の",
    "サーバー、フォルダー": "(?:サーバ|フォルダ|ブラウザ|ユーザ|オペレータ|プリンタ|コンピュータ)(?![ーァ-ヶ])",
}
_WORDS_LOOKED_FOR = (
    "knowledge/text", "knowledge/answering", "knowledge/privacy", "knowledge/search", "knowledge/language/reading_level.py",
    "voicebot/dialogue/words.py", "voicebot/turns.py", "eval/mutations.py", "eval/metrics/mismatch.py",
)  # fmt: skip
"""Modules of words that people say or write, in whatever spelling."""
_PATTERN = re.compile(r"\(\?|\\|\||\[[^\]]*\]|^[,\0]")
"""A string with these is looked for in texts, not shown."""
_AS_ISSUED = "他の回線や案内"
"""Of a definition in the fingerprint of reports that were issued before (desk.reports.edition)."""


def _found(text: str, patterns: dict[str, str]) -> list[str]:
    return [
        f"{rule}: …{text[max(0, hit.start() - 15) : hit.end() + 10]}…"
        for rule, pattern in patterns.items()
        for hit in re.finditer(pattern, text)
    ]


def _strings(source: str) -> Iterator[str]:
    """Text in code with its holes as NUL, without docstrings."""
    tree = ast.parse(source)
    inside = {id(one) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for one in ast.walk(node)}
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(one.value) if isinstance(one, ast.Constant) else "\0" for one in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and not {id(node)} & (inside | told):
            yield node.value


def _templates() -> list[Path]:
    return [*ROOT.glob("api/web/templates/**/*.html"), *ROOT.glob("eval/templates/*.html")]


def _scripts() -> list[Path]:
    return [one for one in ROOT.glob("api/web/static/**/*.js") if "vendor" not in one.parts]


def _modules() -> list[Path]:
    packages = ("api", "desk", "eval", "ingestion", "knowledge", "voicebot")
    found = [one for package in packages for one in ROOT.glob(f"{package}/**/*.py")]
    return [one for one in found if not one.relative_to(ROOT).as_posix().startswith(_WORDS_LOOKED_FOR)]


def test_pages_and_scripts() -> None:
    said = {
        path.name: hits
        for path in (*_templates(), *_scripts())
        if (hits := _found(_shown(path.read_text(encoding="utf-8")), RULES))
    }
    assert said == {}


def _shown(source: str) -> str:
    """Without styles, comments and what a template or script works with."""
    bare = re.sub(
        r"<style.*?</style>|<code>.*?</code>|<!--.*?-->|\{#.*?#\}|/\*.*?\*/|(?m:^\s*//.*$)", "", source, flags=re.S
    )
    return re.sub(r"\{\{.*?\}\}|\$\{[^{}]*\}", "\0", bare, flags=re.S)


def test_messages_in_code() -> None:
    assert len(_modules()) > 400
    said = {
        path.relative_to(ROOT).as_posix(): hits
        for path in _modules()
        for text in _strings(path.read_text(encoding="utf-8"))
        if re.search("[ぁ-んァ-ヶ]", text) and not _PATTERN.search(text) and text != _AS_ISSUED
        if (hits := _found(text, RULES | {"「」 around commands": "`"}))
    }
    assert said == {}


@pytest.mark.parametrize(
    "path", [*ROOT.glob("docs/manuals/*.md"), ROOT / "docs" / "pbx-events.md"], ids=lambda p: p.stem
)
def test_manuals(path: Path) -> None:
    prose = re.sub(r"`[^`]*`|\]\([^)]*\)|「\([^」]*」", "", path.read_text(encoding="utf-8"))
    assert _found(prose, RULES) == []


def test_profiles_and_words_of_the_samples() -> None:
    names = {"〜": RULES["〜"], "ください": RULES["ください、いたします、いただく"]}
    for path in [*ROOT.glob("samples/**/*.toml"), *ROOT.glob("samples/**/*.md"), *ROOT.glob("knowledge/**/*.toml")]:
        if path.name != "terminology.toml" and "privacy" not in path.parts:
            assert _found(path.read_text(encoding="utf-8"), names) == [], path.name


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("応答率は98%です", "％"), ("9時～12時", "〜"), ("はい，どうぞ", "、 。"), ("氏名:必須", "："), ("件(見本)", "（ ）"),
        ("続けますか?", "？ ！"), ("入力して下さい", "ください、いたします、いただく"), ("お問合せ", "問い合わせ"), ("手続の名前", "手続き、申し込み"),
        ("ファイルを取込む", "取り込む、書き出す、引き継ぐ"), ("取り込みの結果", "取込み、書出し、引継ぎ、取次ぎ"), ("読込中...", "…"),
        ("他の人が全て", "すべて、または、および、すでに、ほかの"), ("サーバの名前", "サーバー、フォルダー"),
    ],
)  # fmt: skip
def test_the_rules_catch(text: str, rule: str) -> None:
    assert [one.split(": ")[0] for one in _found(text, RULES)][:1] == [rule]


def test_every_rule_is_written_down() -> None:
    written = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert [word for rule in RULES for word in re.split("、(?! )", rule) if word not in written] == []
