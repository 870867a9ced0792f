"""Why does the specified perceptron stop where it does, and what does it take to go further?

Source: the specification's network, 64 sigmoid units, rate 0.1, 100 steps of gradient descent on
all samples. No accuracy is published for it; with mini-batches, 0.46 to 0.50 is published.

Expect (seed 1, full) a training accuracy of 0.17: at first 99.9 % of the hidden activations are
saturated. With standardised inputs and scaled weights 0.1 % are, and training on 10,000 images
gives a validation accuracy of 0.36, against 0.16 as specified; 2 minutes.

    python -m experiments run scratch.perceptron --profile full
"""

from dataclasses import dataclass

import numpy as np

from contract.names import Profile
from experiments.scratch import drawing, gradient_check
from experiments.scratch.data import JUDGED, Features, Labels, load, pixels
from experiments.scratch.handin import mlp
from experiments.scratch.weights import PARTS, Network, change, saturated_share
from lib import progress
from lib.data import Split
from lib.data.scaling import standardized
from lib.data.stratified import hold_out, stratified_sample
from lib.tracking import Results, Study

LEVELS = np.float32(255)  # the brightest level
STEPS_BY_SUM = 20  # steps with the sum of the gradients instead of their mean


@dataclass(frozen=True)
class Config:
    """The settings of the published run."""

    hidden: int = 64
    learning_rate: float = 0.1
    epochs: int = 100
    compared_on: int = 12_000  # training images for comparing initialisations and losses


PROFILES = {
    Profile.SMOKE: Config(hidden=8, epochs=10, compared_on=300),
    Profile.QUICK: Config(compared_on=3_000),
    Profile.FULL: Config(),
}


def gradients(*, seed: int) -> Results:
    """Compare the gradients with numerical differences, on the specification's small network."""
    errors = gradient_check.relative_errors(seed)
    return Results(
        metrics={
            "largest_gradient_error": errors["error"].max(),
            "agreeing_digits": int(-np.log10(errors["error"].max())),
            "weights_compared": int(errors["weights"].sum()),
            **gradient_check.descent(seed),
        },
        tables={"differences": errors},
    )


def initial(data: Split, *, seed: int, hidden: int, learning_rate: float, epochs: int) -> Results:
    """Train the network as specified, on unscaled pixel levels, and record how it learns."""
    features, labels, classes = pixels(data.x_train), data.y_train, len(data.class_names)
    network = Network(hidden, classes, learning_rate, epochs, seed, scaled=False)
    first, last, accuracies = network.train(features, labels)
    by_sum = learning_rate * len(features)
    *_, summed = mlp.train_mlp(*first, features, labels, by_sum, STEPS_BY_SUM)
    return Results(
        metrics={
            "final_train_accuracy": accuracies[-1],
            "saturated_share_before": saturated_share(first, features),
            "saturated_share_after": saturated_share(last, features),
            "change_of_w1": change(first[0], last[0]),
            "summed_train_accuracy": summed[-1],
            "summed_steps": STEPS_BY_SUM,
            "train_samples": len(features),
        },
        curves={"train_accuracy": accuracies},
        arrays=dict(zip(PARTS, last, strict=True)),
    )


def initialization(
    data: Split, *, seed: int, hidden: int, learning_rate: float, epochs: int, compared_on: int
) -> Results:
    """Compare initialisations: first the scale of the inputs, then that of the weights."""
    import pandas as pd

    train, val, y_train, y_val = _held_out(data, compared_on, seed)
    scaled_inputs = standardized(train, val)
    ways: dict[str, tuple[Features, Features, bool]] = {
        "as specified": (train, val, False),
        "levels in [0, 1]": (train / LEVELS, val / LEVELS, False),
        "standardised": (*scaled_inputs, False),
        "standardised, scaled weights": (*scaled_inputs, True),
    }
    rows, curves, predicted = [], {}, []
    for number, (name, (known, judged, scaled)) in enumerate(ways.items(), start=1):
        network = Network(hidden, len(data.class_names), learning_rate, epochs, seed, scaled)
        first, last, accuracies = network.train(known, y_train)
        curves[f"train_accuracy_{number}"] = accuracies
        predicted.append(mlp.predict(*last, judged))
        rows.append(
            {
                "way": name,
                "saturated_before": saturated_share(first, known),
                "saturated_after": saturated_share(last, known),
                "change_of_w1": change(first[0], last[0]),
                "train_accuracy": accuracies[-1],
                "val_accuracy": np.mean(predicted[-1] == y_val),
            }
        )
        progress.trial(number, len(ways), name)
    return Results(
        metrics={"train_samples": len(y_train), "val_samples": len(y_val)},
        curves=curves,
        tables={"ways": pd.DataFrame(rows)},
        arrays={"y_true": y_val, "y_pred_specified": predicted[0], "y_pred_scaled": predicted[-1]},
    )


def losses(
    data: Split, *, seed: int, hidden: int, learning_rate: float, epochs: int, compared_on: int
) -> Results:
    """Train from the same weights on the mean squared error and on the cross-entropy."""
    train, val, y_train, y_val = _held_out(data, compared_on, seed)
    train, val = standardized(train, val)
    network = Network(hidden, len(data.class_names), learning_rate, epochs, seed, scaled=True)
    first, entropy, on_entropy = network.train(train, y_train)
    targets = mlp.one_hot(y_train, network.classes).astype(np.float32)
    squared, on_squares = first, []
    for epoch in range(epochs):
        w1, b1, w2, b2, _ = mlp.learn_once_mse(*squared, train, targets, learning_rate)
        squared = w1, b1, w2, b2
        # The sigmoid is increasing, so the unit with the largest logit has the largest output.
        on_squares.append(mlp.test_mlp(*squared, train, y_train))
        progress.epoch(epoch + 1, epochs, {"train_accuracy": on_squares[-1]})
    by_squares, by_entropy = mlp.predict(*squared, val), mlp.predict(*entropy, val)
    return Results(
        metrics={
            "final_train_accuracy_mse": on_squares[-1],
            "final_train_accuracy_cross_entropy": on_entropy[-1],
            "val_mse_accuracy": np.mean(by_squares == y_val),
            "val_cross_entropy_accuracy": np.mean(by_entropy == y_val),
            "first_step_ratio": _first_step_ratio(first, train, y_train, targets),
            "train_samples": len(y_train),
            "val_samples": len(y_val),
        },
        curves={"train_accuracy_mse": on_squares, "train_accuracy_cross_entropy": on_entropy},
        arrays={"y_true": y_val, "y_pred_cross_entropy": by_entropy, "y_pred_mse": by_squares},
    )


def run(study: Study) -> Results:
    """Check the gradients, train as specified, and find out what limits the network."""
    config = PROFILES[study.profile]
    unseen = load(study.profile, study.seed).without_test()
    study.stage(gradients)
    specified = study.stage(initial, config, draw=drawing.specified_network, data=unseen)
    study.stage(initialization, config, draw=drawing.ways_to_begin, data=unseen)
    study.stage(losses, config, draw=drawing.losses, data=unseen)
    if study.profile is not Profile.SMOKE and not study.plan:
        accuracies, n = specified.curves["train_accuracy"], len(unseen.y_train)
        mlp.plot_accuracies(accuracies, n, mlp.RESULTS / "mlp.png")
    return specified


def _held_out(data: Split, most: int, seed: int) -> tuple[Features, Features, Labels, Labels]:
    """Sample images and hold out a part: training and validation features, then their labels."""
    chosen = stratified_sample(data.y_train, most, seed)
    features, labels = pixels(data.x_train[chosen]), data.y_train[chosen]
    judged = hold_out(labels, most // JUDGED, seed)
    return features[~judged], features[judged], labels[~judged], labels[judged]


def _first_step_ratio(
    first: mlp.Weights, train: Features, labels: Labels, targets: Features
) -> float:
    """Divide the norm of the first step on the cross-entropy by that on the squared error."""
    on_entropy = mlp.learn_once_cross_entropy(*first, train, labels, 1.0)[:4]
    on_squares = mlp.learn_once_mse(*first, train, targets, 1.0)[:4]
    steps = [
        np.concatenate([(a - b).ravel() for a, b in zip(after, first, strict=True)])
        for after in (on_entropy, on_squares)
    ]
    return float(np.linalg.norm(steps[0]) / np.linalg.norm(steps[1]))
