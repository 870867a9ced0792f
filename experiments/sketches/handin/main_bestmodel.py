"""Classify sketches as well as a model file of 1,000,000 bytes allows.

python main_bestmodel.py --mode train --LR 0.003 --bs 100 --epochs 2000
python main_bestmodel.py --mode predict --weights bestmodel.pt --predictionsFile labels.csv
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras

HEIGHT, WIDTH, N_CLASSES = 28, 28, 6
BLOCKS = ((32,), (48, 64), (96, 96))  # filters of the convolutions, one block per image size


def best_model(blocks: Sequence[Sequence[int]] = BLOCKS, dropout: float = 0.3) -> "keras.Model":
    """Build blocks of 3 x 3 convolutions with batch normalization, then the mean of each channel.

    Args:
        blocks: filters of each block's convolutions; between blocks, 2 x 2 max pooling.
        dropout: rate in [0, 1) before the last layer.

    Returns:
        Model from (n, 28, 28) pixels in [0, 255] to (n, 6) scores before the softmax.
    """
    import keras
    from keras import layers

    model = keras.Sequential(name="bestmodel")
    model.add(keras.Input((HEIGHT, WIDTH), name="pixels"))
    # Scales each image to mean 0 and variance 1.
    model.add(
        layers.LayerNormalization(
            axis=(1, 2), center=False, scale=False, epsilon=1e-5, name="normalized"
        )
    )
    model.add(layers.Reshape((HEIGHT, WIDTH, 1), name="image"))
    number = 0
    for block, filters in enumerate(blocks):
        if block:
            model.add(layers.MaxPooling2D(name=f"pool{block}"))
        for count in filters:
            number += 1
            model.add(layers.Conv2D(count, 3, padding="same", use_bias=False, name=f"conv{number}"))
            # PyTorch's epsilon and momentum
            model.add(layers.BatchNormalization(epsilon=1e-5, momentum=0.9, name=f"norm{number}"))
            model.add(layers.ReLU(name=f"relu{number}"))
    model.add(layers.GlobalAveragePooling2D(name="mean"))
    model.add(layers.Dropout(dropout, name="dropout"))
    model.add(layers.Dense(N_CLASSES, dtype="float32", name="scores"))
    return model


def main() -> None:
    """Train or predict, as the command line says."""
    from utils.augmentation import Augmentation  # found beside this file when it is run
    from utils.command_line import Program, run

    run(Program("bestmodel", best_model, cosine=True, distort=Augmentation()))


if __name__ == "__main__":
    main()
