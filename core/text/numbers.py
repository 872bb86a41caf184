"""Numbers as they stand in a sentence."""

import math
from collections.abc import Callable

_TINY = 1e-4  # percent; closer to 0 or 100 the digits would only be zeros or nines


def plain(number: float, form: str = "z.4g") -> str:
    """Return a number in up to four digits, or by another format specification; its minus sign is a real one."""
    return f"{number:{form}}".replace("-", "−")  # z: a zero has no minus sign


def shortest(number: float) -> str:
    """Return the fewest digits that `float` reads as this very number."""
    text = f"{number:g}"
    return text if float(text) == number else repr(number)


def short(number: float) -> str:
    """Return a number in about four characters, as it fits a cell or a neuron."""
    return plain(number, "z.2f" if abs(number) < 10 else ".3g")


def enclosed(number: float, write: Callable[[float], str] = plain) -> str:
    """Return a number that follows a sign, so that a minus of its own needs parentheses."""
    return f"({write(number)})" if number < 0 else write(number)


def rounded(number: float, form: str) -> float | None:
    """Return a number with no more digits than a format specification gives; None where it is not finite, for JSON."""
    return float(f"{number:{form}}") if math.isfinite(number) else None


def percent(share: float) -> str:
    """Return a share in percent with two digits that tell something, close to 0 and to 100 as well."""
    nearest = 100 * min(share, 1 - share)
    if nearest <= 0:
        return f"{share:.0%}"
    if nearest < _TINY:
        return f"{plain(100 * share, '.2g')}%" if share < 0.5 else f">{100 - _TINY:.10g}%"
    return f"{share:.{max(0, 1 - math.floor(math.log10(nearest)))}%}"
