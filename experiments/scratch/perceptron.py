"""Why does the specified perceptron stop where it does, and what does it take to go further?

Source: the specification's network, 64 sigmoid units, rate 0.1, 100 steps of gradient descent on
all samples at once. No figure is published for it; two-layer networks in NumPy that are trained on
mini-batches reach 0.46 to 0.50.

Expect (seed 1, full) 0.17 of the training images right: of the hidden activations 0.999 are
saturated at first. With standardised inputs and scaled weights 0.001 are, and 10,000 images lead to
0.36 on others, where the specified way leads to 0.16; some 2 minutes.

    python -m experiments run scratch.perceptron --profile full
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from contract.names import Profile
from experiments.scratch import drawing, gradient_check, weights
from experiments.scratch.data import load
from experiments.scratch.features import Features, pixels, standardized
from experiments.scratch.handin import mlp
from experiments.scratch.handin.mlp import Weights
from experiments.scratch.validation import Labels, sample
from lib import progress
from lib.data import Split
from lib.data.stratified import hold_out
from lib.tracking import Results, Study

LEVELS = np.float32(255)  # the brightest level
JUDGED = 6  # one of so many samples is judged by, the others are learned from


@dataclass(frozen=True)
class Config:
    """What the published run is made with; the profiles below say what they leave out."""

    hidden: int = 64
    learning_rate: float = 0.1
    epochs: int = 100
    compared_on: int = 12_000  # training images that ways to begin and losses are compared on


PROFILES = {
    Profile.SMOKE: Config(hidden=8, epochs=10, compared_on=300),
    Profile.QUICK: Config(compared_on=3_000),
    Profile.FULL: Config(),
}
STEPS_BY_SUM = 20  # steps with the gradients' sum in place of their mean


def gradients(*, seed: int) -> Results:
    """Hold the gradients against numerical differences, on the specification's small network."""
    errors = gradient_check.relative_errors(seed)
    return Results(
        metrics={
            "largest_gradient_error": float(errors["error"].max()),
            "agreeing_digits": int(-np.log10(errors["error"].max())),
            "weights_compared": int(errors["weights"].sum()),
            **gradient_check.descent(seed),
        },
        tables={"differences": errors},
    )


def initial(data: Split, *, seed: int, hidden: int, learning_rate: float, epochs: int) -> Results:
    """Train the network as specified, on pixel levels as published, and record how it learns."""
    features = pixels(data.x_train)
    first = weights.draw(
        features, hidden=hidden, classes=len(data.class_names), scaled=False, seed=seed
    )
    *trained, accuracies = mlp.train_mlp(*first, features, data.y_train, learning_rate, epochs)
    last = weights.parameters(trained)
    by_sum = learning_rate * len(features)
    *_, summed = mlp.train_mlp(*first, features, data.y_train, by_sum, STEPS_BY_SUM)
    return Results(
        metrics={
            "final_train_accuracy": accuracies[-1],
            "first_train_accuracy": accuracies[0],
            "saturated_share_before": weights.saturated_share(first, features),
            "saturated_share_after": weights.saturated_share(last, features),
            "change_of_w1": _change(first[0], last[0]),
            "change_of_w2": _change(first[2], last[2]),
            "summed_train_accuracy": summed[-1],
            "summed_steps": STEPS_BY_SUM,
            "train_samples": len(features),
            "classes": len(data.class_names),
        },
        curves={"train_accuracy": accuracies},
        arrays=dict(zip(weights.PARTS, last, strict=True)),
    )


def initialization(
    data: Split, *, seed: int, hidden: int, learning_rate: float, epochs: int, compared_on: int
) -> Results:
    """Compare initialisations: first the scale of the inputs, then that of the weights."""
    train, val, y_train, y_val = _parted(pixels(data.x_train), data.y_train, compared_on, seed)
    scaled_inputs = standardized(train, val)
    ways: dict[str, tuple[Features, Features, bool]] = {
        "as specified": (train, val, False),
        "levels in [0, 1]": (train / LEVELS, val / LEVELS, False),
        "standardised": (*scaled_inputs, False),
        "standardised, scaled weights": (*scaled_inputs, True),
    }
    rows, curves, predicted = [], {}, {}
    for number, (name, (known, judged, scaled)) in enumerate(ways.items(), start=1):
        first = weights.draw(
            known, hidden=hidden, classes=len(data.class_names), scaled=scaled, seed=seed
        )
        *trained, accuracies = mlp.train_mlp(*first, known, y_train, learning_rate, epochs)
        last = weights.parameters(trained)
        predicted[name] = mlp.predict(*last, judged)
        curves[f"train_accuracy_{number}"] = accuracies
        rows.append(
            {
                "way": name,
                "saturated_before": weights.saturated_share(first, known),
                "saturated_after": weights.saturated_share(last, known),
                "change_of_w1": _change(first[0], last[0]),
                "train_accuracy": accuracies[-1],
                "val_accuracy": float(np.mean(predicted[name] == y_val)),
            }
        )
        progress.trial(number, len(ways), name)
    return Results(
        metrics={
            "train_samples": len(y_train),
            "val_samples": len(y_val),
        },
        curves=curves,
        tables={"ways": pd.DataFrame(rows)},
        arrays={
            "y_true": y_val,
            "y_pred_specified": predicted["as specified"],
            "y_pred_scaled": predicted["standardised, scaled weights"],
        },
    )


def losses(
    data: Split, *, seed: int, hidden: int, learning_rate: float, epochs: int, compared_on: int
) -> Results:
    """Train from the same weights on the mean squared error and on the cross-entropy."""
    train, val, y_train, y_val = _parted(pixels(data.x_train), data.y_train, compared_on, seed)
    train, val = standardized(train, val)
    first = weights.draw(
        train, hidden=hidden, classes=len(data.class_names), scaled=True, seed=seed
    )
    targets = mlp.one_hot(y_train, len(data.class_names)).astype(np.float32)
    squared, on_squares = first, []
    for epoch in range(epochs):
        squared = weights.parameters(
            mlp.learn_once_mse(*squared, train, targets, learning_rate)[:4]
        )
        # The sigmoid rises, so the largest output is that of the largest input of the last layer.
        on_squares.append(mlp.test_mlp(*squared, train, y_train))
        progress.epoch(epoch + 1, epochs, {"train_accuracy": on_squares[-1]})
    *trained, on_entropy = mlp.train_mlp(*first, train, y_train, learning_rate, epochs)
    entropy = weights.parameters(trained)
    by_squares, by_entropy = mlp.predict(*squared, val), mlp.predict(*entropy, val)
    return Results(
        metrics={
            "final_train_accuracy_mse": on_squares[-1],
            "final_train_accuracy_cross_entropy": on_entropy[-1],
            "val_mse_accuracy": float(np.mean(by_squares == y_val)),
            "val_cross_entropy_accuracy": float(np.mean(by_entropy == y_val)),
            "first_step_ratio": _first_step_ratio(first, train, y_train, targets),
            "train_samples": len(y_train),
            "val_samples": len(y_val),
        },
        curves={"train_accuracy_mse": on_squares, "train_accuracy_cross_entropy": on_entropy},
        arrays={
            "y_true": y_val,
            "y_pred_cross_entropy": by_entropy,
            "y_pred_mse": by_squares,
        },
    )


def run(study: Study) -> Results:
    """Check the gradients, train as specified, and find out what holds the network back."""
    config = PROFILES[study.profile]
    unseen = load(study.profile, study.seed).without_test()
    settings = {
        "seed": study.seed,
        "hidden": config.hidden,
        "learning_rate": config.learning_rate,
        "epochs": config.epochs,
    }
    study.stage(gradients, seed=study.seed)
    specified = study.stage(initial, draw=drawing.specified_network, data=unseen, **settings)
    compared = {**settings, "compared_on": config.compared_on}
    study.stage(initialization, draw=drawing.ways_to_begin, data=unseen, **compared)
    study.stage(losses, draw=drawing.losses, data=unseen, **compared)
    if study.profile is not Profile.SMOKE and not study.plan:
        mlp.plot_accuracies(
            specified.curves["train_accuracy"], len(unseen.y_train), mlp.RESULTS / "mlp.png"
        )
    return specified


def _parted(
    features: Features, labels: Labels, most: int, seed: int
) -> tuple[Features, Features, Labels, Labels]:
    """Draw a sample and hold out a part of it: features to learn from and to judge, and labels."""
    chosen = sample(labels, most, seed)
    features, labels = features[chosen], labels[chosen]
    judged = hold_out(labels, len(labels) // JUDGED, seed)
    return features[~judged], features[judged], labels[~judged], labels[judged]


def _first_step_ratio(first: Weights, train: Features, labels: Labels, targets: Features) -> float:
    """Length of the first gradient step on the cross-entropy over that on the squared error."""
    on_squares = mlp.learn_once_mse(*first, train, targets, 1.0)[:4]
    on_entropy = mlp.learn_once_cross_entropy(*first, train, labels, 1.0)[:4]
    lengths = [
        np.sqrt(sum(float(np.sum((a - b) ** 2)) for a, b in zip(after, first, strict=True)))
        for after in (on_entropy, on_squares)
    ]
    return float(lengths[0] / lengths[1])


def _change(before: "np.ndarray", after: "np.ndarray") -> float:
    """Length of the weights' total change, as a share of their initial length."""
    return float(np.linalg.norm(after - before) / np.linalg.norm(before))
