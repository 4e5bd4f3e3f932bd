"""入電削減率: two periods compared, with the renewal wave taken out."""

from dataclasses import dataclass
from decimal import Decimal

from desk.kpi.figure import rounded

REDUCTION_FORMULA = (
    "入電削減率 ＝（基準期の入電 － 当期の入電）÷ 基準期の入電。"
    "交付・更新の件数があるときは、交付・更新1件あたりの入電で比べます"
)


@dataclass(frozen=True, slots=True)
class Reduction:
    """Percent; negative when calls grew. `per_procedure` is None without the numbers of procedures."""

    plain: float | None
    per_procedure: float | None


def reduction(before: int, now: int, procedures_before: int = 0, procedures_now: int = 0) -> Reduction:
    """`procedures_*`: cards and certificates issued or renewed in the same periods."""
    if before <= 0:
        return Reduction(None, None)
    plain = rounded(Decimal(before - now) * 100 / before)
    if procedures_before <= 0 or procedures_now <= 0:
        return Reduction(plain, None)
    old, new = Decimal(before) / procedures_before, Decimal(now) / procedures_now
    return Reduction(plain, rounded((old - new) * 100 / old))
