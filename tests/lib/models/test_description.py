"""What a functional model is, as a table of its graph, and as Keras plots it."""

import shutil

import pytest

from lib import training
from lib.models import description, plot


def residual() -> "object":
    training.set_seed(1)
    import keras
    from keras import layers

    image = keras.Input((8, 8, 3), name="image")
    first = layers.Conv2D(4, 3, strides=2, padding="same", name="first")(image)
    block = keras.Sequential(
        [keras.Input((4, 4, 4)), layers.Conv2D(4, 1), layers.ReLU()], name="block"
    )
    joined = layers.Add(name="sum")([block(first), first])
    pooled = layers.MaxPooling2D(2, name="pool")(joined)
    return keras.Model(image, layers.Dense(2, name="scores")(pooled))


def test_a_graph_table_says_what_each_layer_does_and_where_its_input_is_from() -> None:
    table = description.graph_table(residual()).set_index("name")
    assert table["label"].to_dict() == {
        "image": "image",
        "first": "3 × 3, 4 / 2",
        "block": "1 × 1, 4",
        "sum": "+",
        "pool": "pool 2 × 2",
        "scores": "dense 2",
    }
    assert table.loc["sum", "inputs"] == "block,first"
    assert table.loc["image", "inputs"] == ""
    assert table.loc["pool", "output_shape"] == "2 × 2 × 4"
    assert table.loc["block", "parameters"] == 4 * 4 + 4


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
def test_keras_plot_is_the_same_each_time_and_fits_a_page() -> None:
    first, second = plot.keras_plot(residual()), plot.keras_plot(residual())
    assert first == second
    assert b"<title>" not in first
    assert first.startswith(b"<svg width=")
    assert b'font-family="Source Sans Pro"' in first


def test_a_plot_taller_than_a_page_is_scaled() -> None:
    scaled = plot.fitted(b'<svg width="72pt" height="1440pt" viewBox="0 0 72 1440"/>')
    assert b'width="10.75mm" height="215.00mm"' in scaled


def test_a_machine_without_graphviz_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutil, "which", lambda program: None)
    with pytest.raises(plot.MissingProgramError, match=r"apt-get.* install graphviz"):
        plot.keras_plot(residual())
