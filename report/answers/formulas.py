"""Set formulas as SVG, since the PDF engine knows no MathML."""

import hashlib
from dataclasses import dataclass, field

from contract import page
from report.answers.markdown import TOKEN, escaped
from report.errors import ReportError
from report.evidence.values import TOKEN_START

SIZE_PT = 10.5
MARGIN_PX = 1.0  # around a drawn formula
PX_A_MM = 96 / 25.4
TALLEST_MM = 30  # a formula of several lines, with fractions


@dataclass
class Formulas:
    """The formulas of a report, each drawn once."""

    drawn: dict[str, bytes] = field(default_factory=dict)

    def html(self, latex: str, own_line: bool) -> str:
        """Draw a formula and refer to it, with its LaTeX as alternative text.

        Raises:
            ReportError: the LaTeX cannot be typeset, or contains evidence.
        """
        if TOKEN_START in latex:
            raise ReportError(
                "Expected a formula without evidence; print the number beside it. "
                f"Received: ${TOKEN.sub('…', latex)}$"
            )
        svg, below_baseline = _draw(latex, own_line)
        name = f"formula-{hashlib.sha256(svg).hexdigest()[:16]}.svg"
        self.drawn[name] = svg
        style = f"vertical-align:{below_baseline:.2f}px"
        kind = "formula display" if own_line else "formula"
        return f'<img class="{kind}" src="report:{name}" alt="{escaped(latex)}" style="{style}">'


def _draw(latex: str, own_line: bool) -> tuple[bytes, float]:
    """Draw a formula; return it with its depth below the baseline in pixels."""
    # Imported here because only answers with formulas need it.
    import ziamath
    from latex2mathml import exceptions

    # latex2mathml's errors share no base class; the others are what ziamath lets through.
    bad_latex: tuple[type[Exception], ...] = (
        *(kind for kind in vars(exceptions).values() if isinstance(kind, type)),
        *(AssertionError, SyntaxError, LookupError, TypeError, ValueError),
    )
    size = SIZE_PT * 96 / 72
    try:
        made = ziamath.Math.fromlatex(latex, size=size, inline=not own_line, margin=MARGIN_PX)
    except bad_latex as error:
        reason = f"{type(error).__name__} {error}".strip()
        raise ReportError(f"Expected LaTeX. Received: ${latex}$ ({reason})") from error
    if "\\" in made.mathmlstr():
        raise ReportError(f"Expected LaTeX. Received: ${latex}$, which contains an unknown command")
    width, height = (side / PX_A_MM for side in made.getsize())
    if width > page.TEXT_WIDTH_MM or height > TALLEST_MM:
        raise ReportError(
            f"Expected a formula of at most {page.TEXT_WIDTH_MM} x {TALLEST_MM} mm. Received: "
            f"${latex}$, {width:.0f} x {height:.0f} mm. \\left and \\right may draw brackets too "
            "tall; \\Bigl and \\Bigr have a size of their own"
        )
    return made.svg().encode(), made.getyofst() - MARGIN_PX
