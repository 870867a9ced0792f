"""On which sketches does the best network fail, and does it under noise or upside down?

Expect (seed 1, apple, bicycle, cat, diamond, eye, fish, quick) an accuracy of 0.968 on validation
images as drawn and flipped horizontally, 0.90 with noise of a tenth of the range, and 0.64 flipped
vertically: people draw most things symmetrical but upright. Half a minute.

    python -m experiments run sketches.failures --classes apple,bicycle,cat,diamond,eye,fish
"""

import numpy as np

from experiments.sketches import bestmodel, densenet, drawing
from experiments.sketches.bestmodel import Design
from experiments.sketches.changes import (
    FLIPS,
    LEVELS,
    RANGE,
    TENTH,
    UNCHANGED,
    every_change,
    flip_of,
    noise_of,
    noisy,
    predicted,
)
from experiments.sketches.data import load
from experiments.sketches.handin.main_densenet import two_layer_dense_net
from experiments.sketches.handin.utils.accuracies import predict_logits
from experiments.sketches.mistakes import (
    Mask,
    accuracies_by_class,
    by_class,
    commonest,
    confidences,
    of_right_and_wrong,
)
from experiments.sketches.recipe import read_back
from lib.data import Split
from lib.tracking import Results, Study, uses
from lib.training import set_seed

SHOWN = 10  # images of each kind


def examples(data: Split, *, best: Results, design: Design, seed: int) -> Results:
    """Pick ten sketches the best network gets right and ten it gets wrong; alter the former."""
    set_seed(seed)
    model = read_back(design.build, best.files["bestmodel.pt"], "bestmodel.pt")
    y_true, y_pred = data.y_val, predict_logits(model, data.x_val).argmax(axis=1)
    chosen = _drawn(y_pred == y_true, seed)
    images, labels = data.x_val[chosen["right"]], y_true[chosen["right"]]
    changed = {
        "noisy": noisy(images, TENTH, seed),
        **{name: flip(images) for name, flip in FLIPS.items()},
    }
    y_changed = predicted(model, changed)
    return Results(
        metrics={
            "shown": len(labels),
            "val_samples": len(y_true),
            **{f"{name}_right": int(np.sum(y_changed[name] == labels)) for name in changed},
        },
        params={"class_names": ",".join(data.class_names)},
        arrays={
            "y_true": y_true,
            "y_pred": y_pred,
            **{f"index_{kind}": indices for kind, indices in chosen.items()},
            **{f"images_{kind}": data.x_val[indices] for kind, indices in chosen.items()},
            **{f"images_{name}": some for name, some in changed.items()},
            **{f"y_pred_{name}": some for name, some in y_changed.items()},
        },
    )


def mistakes(data: Split, *, best: Results, dense: Results, design: Design, seed: int) -> Results:
    """Compare misclassified validation images with the others: class, ink, confidence.

    The dense network classifies both kinds, too: sketches on which two such different networks
    fail are hard in themselves.
    """
    set_seed(seed)
    logits = predict_logits(
        read_back(design.build, best.files["bestmodel.pt"], "bestmodel.pt"), data.x_val
    )
    by_dense = predict_logits(
        read_back(two_layer_dense_net, dense.files["densenet.pt"], "densenet.pt"), data.x_val
    )
    y_true, y_pred = data.y_val, logits.argmax(axis=1)
    right = y_pred == y_true
    ink = data.x_val.reshape(len(y_true), -1).mean(axis=1) / RANGE
    dense_right = (by_dense.argmax(axis=1) == y_true).astype(np.float64)
    classes = by_class(y_true, y_pred, data.class_names)
    return Results(
        metrics={
            "val_samples": len(y_true),
            "right_samples": int(right.sum()),
            "wrong_samples": int((~right).sum()),
            **of_right_and_wrong(right, "ink", ink),
            **of_right_and_wrong(right, "confidence", confidences(logits)),
            **of_right_and_wrong(right, "dense_accuracy", dense_right),
        },
        params=commonest(classes),
        tables={"classes": classes},
        arrays={"y_true": y_true, "y_pred": y_pred},
    )


def robustness(data: Split, *, best: Results, design: Design, seed: int) -> Results:
    """Classify all validation images changed by noise of several levels and by flips."""
    import pandas as pd

    set_seed(seed)
    model = read_back(design.build, best.files["bestmodel.pt"], "bestmodel.pt")
    y_pred = predicted(model, every_change(data.x_val, seed))
    right = {name: labels == data.y_val for name, labels in y_pred.items()}
    accuracies = {name: float(mask.mean()) for name, mask in right.items()}
    levels = {0.0: UNCHANGED, **{level: noise_of(level) for level in LEVELS}}
    columns = {
        "unchanged": UNCHANGED,
        "noisy": noise_of(TENTH),
        **{name: flip_of(name) for name in FLIPS},
    }
    return Results(
        metrics={"val_samples": len(data.y_val)},
        tables={
            "changes": pd.DataFrame(
                {"change": accuracies.keys(), "val_accuracy": accuracies.values()}
            ),
            "noise": pd.DataFrame(
                {"level": level, "val_accuracy": accuracies[name]} for level, name in levels.items()
            ),
            "by_class": accuracies_by_class(
                data.y_val,
                {column: right[name] for column, name in columns.items()},
                data.class_names,
            ),
        },
        arrays={
            "y_true": data.y_val,
            **{f"y_pred_{column}": y_pred[name] for column, name in columns.items()},
        },
    )


@uses(best=bestmodel.run, dense=densenet.run)
def run(study: Study, *, best: Results, dense: Results) -> None:
    """Look at examples and mistakes, then change all validation images.

    Args:
        study: the study.
        best: results of `bestmodel.final`.
        dense: results of `densenet.final`.
    """
    data, design = load(study).labelled.without_test(), bestmodel.handed_in(study.profile)
    study.stage(examples, draw=drawing.examples, data=data, best=best, design=design)
    study.stage(mistakes, data=data, best=best, dense=dense, design=design)
    study.stage(robustness, draw=drawing.robustness, data=data, best=best, design=design)


def _drawn(right: Mask, seed: int) -> dict[str, "np.ndarray"]:
    """Draw images classified right and images classified wrong: their indices, ascending."""
    generator = np.random.default_rng(seed)
    return {
        kind: np.sort(generator.permutation(np.flatnonzero(mask))[:SHOWN])
        for kind, mask in (("right", right), ("wrong", ~right))
    }
