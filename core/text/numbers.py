"""Numbers as they stand in a sentence."""

import math

_TINY = 1e-4  # percent; closer to 0 or 100 the digits would only be zeros or nines


def plain(number: float) -> str:
    """Return a number in up to four digits, its minus sign a real one."""
    return f"{number:.4g}".replace("-", "−")


def percent(share: float) -> str:
    """Return a share in percent with two digits that tell something, close to 0 and to 100 as well."""
    nearest = 100 * min(share, 1 - share)
    if nearest <= 0:
        return f"{share:.0%}"
    if nearest < _TINY:
        return f"{100 * share:.2g}%".replace("-", "−") if share < 0.5 else f">{100 - _TINY:.10g}%"
    return f"{share:.{max(0, 1 - math.floor(math.log10(nearest)))}%}"
