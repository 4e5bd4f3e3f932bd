"""The fixed sentences of the service in seven languages, approved like an FAQ; data in `messages.json`."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def _all() -> Mapping[str, Mapping[str, str]]:
    data: Mapping[str, Mapping[str, str]] = json.loads(
        (files("knowledge.answering") / "messages.json").read_text(encoding="utf-8")
    )
    return data


def message(key: str, lang: str, department: str = "", phone: str = "") -> str:
    """Sentence `key` in `lang` (Japanese when that language has none). Without a phone the sentence that needs none."""
    table = _all().get(lang, _all()["ja"])
    text = table.get(key) or _all()["ja"][key]
    if not phone and "{phone}" in text:
        text = table["other_department_no_phone"]
    return text.replace("{department}", department).replace("{phone}", phone)
