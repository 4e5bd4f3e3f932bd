"""Approved text as HTML: the same characters, with paragraphs, lists and links."""

import re

from markupsafe import Markup, escape

_BULLET = re.compile(r"^\s*[・•●-]\s*")
_LINK = re.compile(r"https?://[\w\-./?%&=~#:+,;@!$*]+[\w\-/?%&=~#+@$]")
_PHONE = re.compile(r"(?<![\d-])0\d{1,4}-\d{1,4}-\d{3,4}(?![\d-])")


def prose(text: str) -> Markup:
    """Lines become paragraphs, lines that begin with a bullet become one list; addresses and phones become links."""
    parts: list[Markup] = []
    items: list[Markup] = []
    for line in text.splitlines():
        if _BULLET.match(line):
            items.append(Markup("<li>{}</li>").format(linked(_BULLET.sub("", line))))
            continue
        parts += _list(items)
        items = []
        if line.strip():
            parts.append(Markup("<p>{}</p>").format(linked(line)))
    return Markup("").join([*parts, *_list(items)])


def linked(text: str) -> Markup:
    """One line, escaped, with links."""
    made = Markup("")
    position = 0
    for found in sorted([*_LINK.finditer(text), *_PHONE.finditer(text)], key=lambda match: match.start()):
        if found.start() < position:
            continue
        made += escape(text[position : found.start()]) + _anchor(found.group())
        position = found.end()
    return made + escape(text[position:])


def phone_link(phone: str) -> str:
    """`tel:` address of a phone number as people write it."""
    return "tel:" + re.sub(r"[^\d+#*]", "", phone)


def _anchor(address: str) -> Markup:
    if address.startswith("http"):
        return Markup('<a href="{0}" rel="noopener">{0}</a>').format(address)
    return Markup('<a href="{}">{}</a>').format(phone_link(address), address)


def _list(items: list[Markup]) -> list[Markup]:
    return [Markup("<ul>{}</ul>").format(Markup("").join(items))] if items else []
