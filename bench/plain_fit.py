"""One epoch of the network of `fashion` with plain Keras or a PyTorch loop, for comparison.

It imports nothing from this project, because that would limit its threads.

    python bench/plain_fit.py keras|torch IMAGES.npz BATCH_SIZE
"""

import sys
import time
from typing import Any

import numpy as np

LAYERS = (32, 64, 64, 128)  # filters of three convolutions, units of the hidden layer


def main() -> None:
    """Train for two epochs, and write the images per second of the second one."""
    kind, images, batch_size = sys.argv[1], sys.argv[2], int(sys.argv[3])
    with np.load(images) as arrays:
        x = arrays["x_train"][..., None] / np.float32(255)
        y = arrays["y_train"]
    epoch = {"keras": in_keras, "torch": in_torch}[kind](x, y, batch_size)
    epoch()
    started = time.perf_counter()
    epoch()
    sys.stdout.write(f"{len(x) / (time.perf_counter() - started):.0f}\n")


def in_keras(x: Any, y: Any, batch_size: int) -> Any:
    """Return a function that trains for an epoch with `model.fit`."""
    import keras

    first, second, third, hidden = LAYERS
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(first, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Conv2D(second, 3, activation="relu"),
            keras.layers.Conv2D(third, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dense(hidden, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return lambda: model.fit(x, y, batch_size=batch_size, epochs=1, verbose=0)


def in_torch(x: Any, y: Any, batch_size: int) -> Any:
    """Return a function that trains for an epoch with a loop in PyTorch."""
    import torch
    from torch import nn

    first, second, third, hidden = LAYERS
    model = nn.Sequential(
        nn.Conv2d(1, first, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(first, second, 3),
        nn.ReLU(),
        nn.Conv2d(second, third, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.LazyLinear(hidden),
        nn.ReLU(),
        nn.Linear(hidden, 10),
    )
    inputs = torch.from_numpy(np.moveaxis(x, -1, 1).copy())
    labels = torch.from_numpy(y.astype(np.int64))
    model(inputs[:1])  # gives the lazy layer its shape
    optimizer = torch.optim.Adam(model.parameters())
    loss_of = nn.CrossEntropyLoss()

    def epoch() -> None:
        order = torch.randperm(len(inputs))
        for at in range(0, len(inputs), batch_size):
            chosen = order[at : at + batch_size]
            optimizer.zero_grad()
            loss = loss_of(model(inputs[chosen]), labels[chosen])
            loss.backward()
            optimizer.step()

    return epoch


if __name__ == "__main__":
    main()
