"""Clouds: a panel an embedding, a number a class at its median, names of rows and columns."""

import numpy as np
import pytest

from lib.figures.embeddings import clouds
from lib.figures.style import svg

LABELS = np.repeat([0, 1], 10)
FLAT = np.column_stack([np.arange(20.0), LABELS])
SOLID = np.column_stack([FLAT, np.arange(20.0)])


def test_each_panel_shows_all_samples_and_each_class_its_number() -> None:
    figure = clouds(
        [[FLAT, SOLID]], LABELS, ["shoe", "bag"], row_labels=["last"], column_labels=["PCA", "3-D"]
    )
    assert len(figure.axes) == 2
    plane = figure.axes[0]
    assert np.shape(plane.collections[0].get_offsets()) == (20, 2)
    numbers = {text.get_text(): text.get_position() for text in plane.texts}
    assert numbers == {"0": (4.5, 0.0), "1": (14.5, 1.0)}
    assert {text.get_text() for text in figure.texts} == {"last", "PCA", "3-D"}
    named = [text.get_text() for text in figure.legends[0].get_texts()]
    assert named == ["0 shoe", "1 bag"]


def test_equal_embeddings_give_equal_bytes() -> None:
    drawn = [
        svg(clouds([[FLAT]], LABELS, ["a", "b"], row_labels=["r"], column_labels=["c"]))
        for _ in range(2)
    ]
    assert drawn[0] == drawn[1]


def test_rows_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="Expected 1 rows of 2 panels"):
        clouds([[FLAT]], LABELS, ["a", "b"], row_labels=["r"], column_labels=["c", "d"])
