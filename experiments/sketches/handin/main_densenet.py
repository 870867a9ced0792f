"""Classify sketches with a network of two dense layers.

python main_densenet.py --mode train --LR 0.003 --bs 100 --epochs 2000
python main_densenet.py --mode predict --weights densenet.pt --predictionsFile labels.csv
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

HEIGHT, WIDTH, N_CLASSES = 28, 28, 6
HIDDEN_LAYER_WIDTH = 100


def two_layer_dense_net(hidden_layer_width: int = HIDDEN_LAYER_WIDTH) -> "keras.Model":
    """Build 784 inputs, one hidden layer with ReLU, and 6 scores.

    Args:
        hidden_layer_width: hidden units.

    Returns:
        Model from (n, 28, 28) pixels in [0, 255] to (n, 6) scores before the softmax.
    """
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((HEIGHT, WIDTH), name="pixels"),
            # Scales each image to mean 0 and variance 1.
            layers.LayerNormalization(
                axis=(1, 2), center=False, scale=False, epsilon=1e-5, name="normalized"
            ),
            layers.Flatten(name="flat"),
            layers.Dense(hidden_layer_width, activation="relu", name="hidden"),
            layers.Dense(N_CLASSES, dtype="float32", name="scores"),
        ],
        name="densenet",
    )


def main() -> None:
    """Train or predict, as the command line says."""
    from utils.command_line import Program, run  # found beside this file when it is run

    run(Program("densenet", two_layer_dense_net))


if __name__ == "__main__":
    main()
