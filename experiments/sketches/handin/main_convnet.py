"""Classify sketches with a convolutional network that is too simple.

python main_convnet.py --mode train --LR 0.01 --bs 100 --epochs 3000
python main_convnet.py --mode predict --weights convnet.pt --predictionsFile labels.csv
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

HEIGHT, WIDTH, N_CLASSES = 28, 28, 6


def too_simple_conv_net() -> "keras.Model":
    """Build two convolutions, the mean of each channel, and a 1 x 1 convolution to 6 scores.

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
            layers.Reshape((HEIGHT, WIDTH, 1), name="image"),
            layers.Conv2D(8, 3, activation="relu", name="conv1"),  # (n, 26, 26, 8)
            layers.Conv2D(16, 3, strides=2, activation="relu", name="conv2"),  # (n, 12, 12, 16)
            layers.GlobalAveragePooling2D(keepdims=True, name="mean"),  # (n, 1, 1, 16)
            layers.Conv2D(N_CLASSES, 1, dtype="float32", name="conv3"),  # (n, 1, 1, 6)
            layers.Flatten(dtype="float32", name="scores"),
        ],
        name="convnet",
    )


def main() -> None:
    """Train or predict, as the command line says."""
    from utils.command_line import Program, run  # found beside this file when it is run

    run(Program("convnet", too_simple_conv_net))


if __name__ == "__main__":
    main()
