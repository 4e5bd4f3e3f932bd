"""A share as people read it in Japanese."""


def percent(share: float, digits: int = 1) -> str:
    """0.8519 → 85.2％"""
    return f"{share * 100:.{digits}f}％"
