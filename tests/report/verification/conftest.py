"""The planted report's PDF, read back once."""

import pytest

from report.verification.carried import Carried
from report.verification.verify import read


@pytest.fixture(scope="session")
def carried(built: bytes) -> Carried:
    return read(built, "report.pdf")
