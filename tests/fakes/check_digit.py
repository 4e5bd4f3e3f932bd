"""Check digit of a 個人番号 (平成26年総務省令第85号 第5条).

It never decides about masking, because one misheard digit breaks it.
"""

_WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def is_valid_my_number(digits: str) -> bool:
    """Keeps real-looking numbers out of fixtures and samples."""
    if len(digits) != 12 or not (digits.isascii() and digits.isdigit()):
        return False
    remainder = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False)) % 11
    return int(digits[11]) == (0 if remainder <= 1 else 11 - remainder)
