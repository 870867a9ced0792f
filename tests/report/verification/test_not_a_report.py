"""Files that are not reports are refused."""

from io import BytesIO

import pypdf
import pytest

from report.errors import ReportError
from report.verification.carried import Carried
from report.verification.shape import require_shape
from report.verification.verify import read


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"study": None}, "Expected a text as study"),
        ({"pages": "none"}, "Expected a list of hashes as pages"),
        ({"numbers": {}}, "Expected a list as numbers"),
        ({"numbers": [{"id": "q1-n1"}]}, "Expected question in numbers[0]"),
        ({"runs": [None]}, "Expected run_id in runs[0]"),
    ],
)
def test_evidence_of_another_form_is_refused(
    carried: Carried, change: dict[str, object], message: str
) -> None:
    with pytest.raises(ReportError) as error:
        require_shape({**carried.evidence, **change})
    assert message in str(error.value)


def with_evidence(data: bytes) -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_attachment("evidence.json", data)
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def test_what_is_no_pdf_or_carries_no_evidence_is_refused(built: bytes) -> None:
    for data in (b"junk", built[: len(built) // 2]):
        with pytest.raises(ReportError, match=r"Expected a report's PDF. Received: x.pdf"):
            read(data, "x.pdf")
    with pytest.raises(ReportError, match=r"Expected JSON in evidence.json of x.pdf"):
        read(with_evidence(b"no JSON"), "x.pdf")
    with pytest.raises(ReportError, match=r"Expected an object in evidence.json of x.pdf"):
        read(with_evidence(b"[]"), "x.pdf")
    blank = pypdf.PdfWriter()
    blank.add_blank_page(100, 100)
    output = BytesIO()
    blank.write(output)
    with pytest.raises(ReportError, match=r"Expected evidence.json attached to x.pdf"):
        read(output.getvalue(), "x.pdf")
