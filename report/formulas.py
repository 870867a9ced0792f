"""Set formulas as SVG, since the PDF engine knows no MathML."""

import hashlib
from dataclasses import dataclass, field

from report.errors import ReportError
from report.markdown import escaped

SIZE_PT = 10.5
MARGIN_PX = 1.0  # around a drawn formula


@dataclass
class Formulas:
    """The formulas of a report, drawn once each."""

    drawn: dict[str, bytes] = field(default_factory=dict)

    def html(self, latex: str, own_line: bool) -> str:
        """Draw a formula and refer to it, with its LaTeX as alternative text.

        Raises:
            ReportError: it is not LaTeX that can be set.
        """
        # Imported here because only answers with formulas pay for it.
        import ziamath

        try:
            made = ziamath.Math.fromlatex(
                latex, size=SIZE_PT * 96 / 72, inline=not own_line, margin=MARGIN_PX
            )
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise ReportError(f"Expected LaTeX. Received: ${latex}$ ({error})") from error
        name = f"formula-{hashlib.sha256(latex.encode()).hexdigest()[:16]}-{own_line:d}.svg"
        self.drawn[name] = made.svg().encode()
        style = f"vertical-align:{made.getyofst() - MARGIN_PX:.2f}px"
        kind = "formula display" if own_line else "formula"
        return f'<img class="{kind}" src="report:{name}" alt="{escaped(latex)}" style="{style}">'
