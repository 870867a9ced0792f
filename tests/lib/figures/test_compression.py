"""The curve of error against the code's size."""

import numpy as np
import pytest

from lib.figures.compression import errors_by_size

ERRORS = {"autoencoder": [0.1, 0.2, 0.5], "PCA": [0.05, 0.2, 0.7]}


def test_lines_hold_the_errors_and_the_axis_runs_towards_small_codes() -> None:
    (axes,) = errors_by_size([12, 8, 4], ERRORS, kept=8, metric="error", sizes_name="features").axes
    lines = {line.get_label(): line for line in axes.lines}
    assert np.asarray(lines["autoencoder"].get_xdata()).tolist() == [12, 8, 4]
    assert np.asarray(lines["PCA"].get_ydata()).tolist() == [0.05, 0.2, 0.7]
    left, right = axes.get_xlim()
    assert left > right
    assert axes.get_ylim()[0] == 0


def test_the_kept_size_is_ringed_on_the_first_curve() -> None:
    (axes,) = errors_by_size([12, 8, 4], ERRORS, kept=8, metric="error", sizes_name="features").axes
    ring = axes.lines[-1]
    assert (np.asarray(ring.get_xdata()).tolist(), np.asarray(ring.get_ydata()).tolist()) == (
        [8],
        [0.2],
    )
    assert "last before the drop" in [text.get_text() for text in axes.texts]


def test_without_a_drop_nothing_is_marked() -> None:
    (axes,) = errors_by_size(
        [12, 8, 4], ERRORS, kept=None, metric="error", sizes_name="features"
    ).axes
    assert len(axes.lines) == 2
    assert [text.get_text() for text in axes.texts] == ["autoencoder", "PCA"]


@pytest.mark.parametrize(
    ("sizes", "errors"), [([4, 8, 12], ERRORS), ([12, 8], ERRORS), ([8, 8, 4], ERRORS)]
)
def test_sizes_that_do_not_fall_or_lack_errors_are_refused(
    sizes: list[int], errors: dict[str, list[float]]
) -> None:
    with pytest.raises(ValueError, match="Expected sizes in descending"):
        errors_by_size(sizes, errors, kept=None, metric="error", sizes_name="features")
