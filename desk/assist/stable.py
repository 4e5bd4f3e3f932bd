"""Suggestions that do not jump: what is shown keeps its place while it is still among the best. Pure."""

from collections.abc import Collection, Sequence


def stable_merge(
    shown: Sequence[str], best: Sequence[str], kept: Collection[str] = (), size: int = 3
) -> tuple[str, ...]:
    """The ids to show. `best`: newest ranking; `kept`: ids that stay whatever the ranking says (opened, used).

    A place changes only when its id has dropped out of the best; newcomers fill free places in the order of `best`.
    """
    wanted = list(dict.fromkeys([*(one for one in shown if one in kept), *best]))[:size]
    places: list[str | None] = [faq_id if faq_id in wanted else None for faq_id in shown[:size]]
    places += [None] * (size - len(places))
    new = iter([faq_id for faq_id in wanted if faq_id not in places])
    filled = [place if place is not None else next(new, None) for place in places]
    return tuple(one for one in filled if one is not None)
