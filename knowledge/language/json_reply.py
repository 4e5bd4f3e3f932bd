"""The JSON object in what a language model wrote. Pure."""

import json
from typing import Any


def json_object(text: str) -> dict[str, Any] | None:
    """From the first brace to the last, so that a fence or a sentence around it does no harm; None when there is none."""
    begin, end = text.find("{"), text.rfind("}")
    try:
        found = json.loads(text[begin : end + 1]) if 0 <= begin < end else None
    except (json.JSONDecodeError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
