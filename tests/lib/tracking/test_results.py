"""Results refuse what a store would distort."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.tracking import Results
from lib.tracking.fingerprint import plain
from lib.tracking.results import param_text, param_value


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_metric_that_is_not_finite_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="Received: val_loss="):
        Results(metrics={"val_loss": value})


def test_a_curve_that_is_not_finite_is_refused_with_its_epoch() -> None:
    with pytest.raises(ValueError, match="val_loss=inf at epoch 2"):
        Results(curves={"val_loss": [1.0, float("inf")]})


def test_a_curve_and_a_metric_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="val_loss"):
        Results(metrics={"val_loss": 1.0}, curves={"val_loss": [1.0]})


@given(st.text() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans())
def test_a_parameter_reads_back_as_it_was(value: str | float | bool) -> None:
    read = param_value(param_text(value))
    assert read == value
    assert type(read) is type(value)


def test_an_input_without_a_plain_form_is_refused() -> None:
    with pytest.raises(TypeError, match="Received: model=object"):
        plain("model", object())
