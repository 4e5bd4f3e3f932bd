"""What scripted models say: the good one copies from its material and cites it, the others go wrong in one way each."""

import json
import re
from typing import Any

from tests.fakes.llm_server import Says, user_text

_SECTION = re.compile(r"<<< (?P<label>\S+?) (?P<mark>[0-9a-f]{12}) >>>\n(?P<text>.*?)\n<<< 終わり (?P=mark) >>>", re.S)


def sections(body: dict[str, Any]) -> dict[str, str]:
    """The labelled data of a request."""
    return {match["label"]: match["text"] for match in _SECTION.finditer(user_text(body))}


def good(body: dict[str, Any]) -> Says:
    """Answers, summarises, drafts and polishes as it should, whatever it is asked for."""
    found = sections(body)
    if "通話" in found:
        return Says(json.dumps(_summary(found), ensure_ascii=False))
    if "質問の集まり" in found:
        material = found["資料"].split("\n")
        first = found["質問の集まり"].split("\n")[0].strip("・")
        return Says(
            json.dumps({"question": first, "answer": material[1] if len(material) > 1 else ""}, ensure_ascii=False)
        )
    if "文章" in found:
        return Says(found["文章"].replace("。", "。\n").strip())
    return Says("\n".join(f"{sentence}。［1］" for sentence in answer_of(found).split("。") if sentence.strip()) + "\n")


def with_wrong_fee(body: dict[str, Any]) -> Says:
    """The good answer with an invented fee as its second sentence; no better when told."""
    first = answer_of(sections(body)).split("。")[0]
    return Says(f"{first}。［1］\n手数料は5,000円です。［1］\n")


def answer_of(found: dict[str, str]) -> str:
    return found["資料1"].split("\n", 1)[1].replace("\n", "")


def _summary(found: dict[str, str]) -> dict[str, str]:
    said = [line.partition("：")[2] for line in found["通話"].split("\n") if line.startswith("市民：")]
    told = found["案内した回答"].split("\n")
    return {
        "inquiry": said[0] if said else "",
        "answer": told[1] if len(told) > 1 else "",
        "action": "",
        "remaining": "",
    }
