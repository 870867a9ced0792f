"""How this study trains a network, measures it and writes its file: as its program does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.sketches.data import ToPredict
from experiments.sketches.handin.utils.accuracies import predict_logits
from experiments.sketches.handin.utils.augmentation import Augmentation
from experiments.sketches.handin.utils.command_line import check_size
from experiments.sketches.handin.utils.datasets import Labelled
from experiments.sketches.handin.utils.model_file import model_bytes, state_of
from experiments.sketches.handin.utils.training import train
from experiments.sketches.handin.utils.weights import load_state_dict, state_dict
from lib.data import Split
from lib.tracking import Results
from lib.training.precision import FLOAT32

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Recipe:
    """Settings of a training that a search does not vary.

    Args:
        batch_size: images per step.
        steps: optimisation steps.
        evaluate_every: steps between two evaluations.
        cosine: whether the learning rate falls along half a cosine.
        distort: how training images are distorted; None leaves them as they are.
    """

    batch_size: int = 100
    steps: int = 2_000
    evaluate_every: int = 100
    cosine: bool = False
    distort: Augmentation | None = None


PUBLISHED = Recipe()
Build = Callable[[], "keras.Model"]


def trained(
    model: "keras.Model", data: Split, recipe: Recipe, *, learning_rate: float, seed: int
) -> Results:
    """Train a model in place.

    Args:
        model: untrained, built after seeding.
        data: the test part is not used.
        recipe: the settings.
        learning_rate: Adam's learning rate.
        seed: seeds the images' order and distortions.

    Returns:
        The measurements of each evaluation as curves, the last and the best ones as metrics.
    """
    evaluations = train(
        model,
        Labelled(data.x_train, data.y_train),
        Labelled(data.x_val, data.y_val),
        learning_rate=learning_rate,
        batch_size=recipe.batch_size,
        steps=recipe.steps,
        seed=seed,
        cosine=recipe.cosine,
        distort=recipe.distort,
        evaluate_every=recipe.evaluate_every,
    )
    accuracies = [evaluation.dev_acc for evaluation in evaluations]
    best = int(np.argmax(accuracies))  # the first if tied
    return Results(
        metrics={
            "final_val_accuracy": accuracies[-1],
            "final_train_accuracy": evaluations[-1].train_acc,
            "best_val_accuracy": accuracies[best],
            "best_step": evaluations[best].step,
            "weights": _numbers(model, "kernel"),
            "biases": _numbers(model, "bias"),
            "model_bytes": len(model_bytes(state_dict(model))),
        },
        curves={
            "step": [evaluation.step for evaluation in evaluations],
            "train_accuracy": [evaluation.train_acc for evaluation in evaluations],
            "val_accuracy": accuracies,
            "train_loss": [evaluation.train_loss for evaluation in evaluations],
            "val_loss": [evaluation.dev_loss for evaluation in evaluations],
        },
    )


def tested(
    build: Build,
    trained_one: "keras.Model",
    measured: Results,
    *,
    data: Split,
    to_predict: ToPredict,
    name: str,
) -> Results:
    """Add a trained model's test accuracy, its file and its predictions to what training measured.

    To predict, the file is read back into a float32 network, as the program does.

    Args:
        build: builds the network.
        trained_one: the trained network.
        measured: results of `trained`.
        data: includes the test part.
        to_predict: images whose predicted labels go into the predictions file.
        name: the model file's name, without its suffix.

    Raises:
        ValueError: the model's file is too large to be handed in.
    """
    content = model_bytes(state_dict(trained_one))
    check_size(len(content))
    model = read_back(build, content, name)
    y_pred = predict_logits(model, data.x_test).argmax(axis=1)
    labels = predict_logits(model, to_predict.images).argmax(axis=1)
    return Results(
        metrics={**measured.metrics, "test_accuracy": float(np.mean(y_pred == data.y_test))},
        curves=measured.curves,
        arrays={"y_pred": y_pred},
        files={
            f"{name}.pt": content,
            "predictions.csv": "".join(f"{label}\n" for label in labels).encode(),
        },
    )


def read_back(build: Build, content: bytes, name: str) -> "keras.Model":
    """Build a network that computes in float32, and give it the weights of a model file.

    Args:
        build: builds the network.
        content: the file's bytes.
        name: the file's name, for error messages.
    """
    import keras

    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(FLOAT32)
    try:
        model = build()
    finally:
        keras.config.set_dtype_policy(before)
    load_state_dict(model, state_of(content, name))
    return model


def _numbers(model: "keras.Model", kind: str) -> int:
    """Count the numbers in all kernels, or in all biases."""
    return sum(
        int(np.prod(variable.shape))
        for variable in model.trainable_variables
        if variable.name == kind
    )
