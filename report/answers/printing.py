"""Print numbers with no more digits than are known."""

import math
from dataclasses import dataclass
from decimal import Decimal

from report.evidence.values import Form, Number

UNKNOWN_ERROR_DIGITS = 3  # significant digits of a measured value whose error is unknown
MINUS, NARROW_SPACE = "\u2212", "\u202f"
# fmt: off
WORDS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen", "twenty",
)
# fmt: on
SMALLEST_P = 0.001
POINTS = "percentage points"
# Units of a quantity: name, size, and the value above which the next unit is used.
_UNITS = {
    Form.SECONDS: (("s", 1, 100), ("min", 60, 6_000), ("h", 3_600, math.inf)),
    Form.BYTES: (("B", 1, 1e3), ("kB", 1e3, 1e6), ("MB", 1e6, 1e9), ("GB", 1e9, math.inf)),
}
# The factor a number was multiplied by, for each unit printed after it.
SCALES = {
    "%": 100.0,
    POINTS: 100.0,
    **{unit: 1 / size for units in _UNITS.values() for unit, size, _ in units},
}


@dataclass(frozen=True)
class Printed:
    """A printed number and how it was rounded, so that it can be compared with the exact value.

    Args:
        text: as printed, unit included.
        scale: factor applied before rounding.
        decimals: decimal places it was rounded to; negative for tens, hundreds.
    """

    text: str
    scale: float
    decimals: int


def known_decimals(error: float) -> int:
    """Return the number of decimals to which a value is known, given its error.

    Source: Particle Data Group, Review of particle physics, section 5.3: of the error's three
    leading digits, up to 354 keep two digits, up to 949 one, the rest round up and keep two.

    >>> known_decimals(0.0054), known_decimals(0.0012), known_decimals(0.0097), known_decimals(31)
    (3, 4, 3, 0)
    """
    exponent = math.floor(math.log10(error))
    leading = round(error / 10.0 ** (exponent - 2))
    return 1 - exponent if leading <= 354 else -exponent


def significant_decimals(value: float, digits: int) -> int:
    """Return the number of decimals that keeps a number of significant digits.

    >>> significant_decimals(0.01234, 3), significant_decimals(123456.0, 3)
    (4, -3)
    """
    if value == 0:
        return 0
    rounded = float(f"{value:.{digits - 1}e}")
    return digits - 1 - math.floor(math.log10(abs(rounded)))


def fixed(value: float, decimals: int) -> str:
    """Format a number with fixed decimals, thousands separators and a true minus sign.

    >>> fixed(-1234.5678, 2)
    '−1,234.57'
    >>> fixed(123456.0, -3)
    '123,000'
    """
    rounded = round(value, decimals)
    text = f"{abs(rounded):,.{max(decimals, 0)}f}"
    return MINUS + text if rounded < 0 else text


def printed(
    number: Number,
    *,
    percent: bool = False,
    points: bool = False,
    digits: int | None = None,
    words: bool = False,
    signed: bool = False,
) -> Printed:
    """Format a number according to its form.

    Args:
        number: the number.
        percent: write a share as a percentage.
        points: write a difference of shares in percentage points.
        digits: significant digits, if fewer than are known.
        words: spell out a whole number up to twenty.
        signed: put a plus sign before a positive number.
    """
    result = _by_form(number, "%" if percent else POINTS if points else "", digits, words)
    if signed and not result.text.startswith(MINUS) and number.value > 0:
        return Printed("+" + result.text, result.scale, result.decimals)
    return result


def _by_form(number: Number, share: str, digits: int | None, words: bool) -> Printed:
    if words:
        return _in_words(number)
    if number.form is Form.P_VALUE:
        return _p_value(number.value)
    if number.form in _UNITS:
        return _in_unit(number)
    scale = 100.0 if share else 1.0
    written = share or number.unit
    unit = f"{NARROW_SPACE}{written}" if written else ""
    if number.form in {Form.EXACT, Form.COUNT} and not share:
        decimals = _decimals_as_set(number.value)
        return Printed(fixed(number.value, decimals) + unit, 1.0, decimals)
    decimals = _decimals(number, scale)
    if digits is not None:
        decimals = min(decimals, significant_decimals(number.value * scale, digits))
    return Printed(fixed(number.value * scale, decimals) + unit, scale, decimals)


def _decimals(number: Number, scale: float) -> int:
    if number.error:
        return known_decimals(number.error * scale)
    return significant_decimals(number.value * scale, UNKNOWN_ERROR_DIGITS)


def _in_words(number: Number) -> Printed:
    value = number.counted().value
    if not 0 <= value < len(WORDS):
        return Printed(fixed(value, 0), 1.0, 0)
    return Printed(WORDS[round(value)], 1.0, 0)


def _p_value(value: float) -> Printed:
    if value < SMALLEST_P:
        return Printed(f"p{NARROW_SPACE}<{NARROW_SPACE}{SMALLEST_P}", 1.0, 3)
    decimals = max(significant_decimals(value, 2), 2)
    return Printed(f"p{NARROW_SPACE}={NARROW_SPACE}{value:.{decimals}f}", 1.0, decimals)


def _in_unit(number: Number) -> Printed:
    """Format a quantity in the largest unit that suits its size."""
    for unit, size, limit in _UNITS[number.form]:
        if number.value < limit:
            scale = 1 / size  # multiplied by, as `verify` does: a division may round otherwise
            decimals = max(significant_decimals(number.value * scale, 2), 0)
            text = fixed(number.value * scale, decimals)
            return Printed(f"{text}{NARROW_SPACE}{unit}", scale, decimals)
    raise ValueError(f"Expected a quantity. Received: {number.value}")


def _decimals_as_set(value: float) -> int:
    """Return the number of decimals of a setting, as `repr` prints it."""
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0
