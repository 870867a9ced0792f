"""Let pytest show what an assertion of `rendered` compared, as it does in the tests themselves."""

import pytest

pytest.register_assert_rewrite("tests.report.answers.rendered")
