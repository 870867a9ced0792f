"""How does the best model fail: on which sketches, under noise, and when they are flipped?

Expect (seed 1, apple, bicycle, cat, diamond, eye, fish, full) that noise of a tenth of the range
changes next to nothing, that vertical flips cost more than horizontal ones, since people draw most
things symmetrical but upright, and that training with flips removes most of that for little; some
10 minutes on two cores, nearly all of them for that training.

    python -m experiments run sketches.failures --classes apple,bicycle,cat,diamond,eye,fish
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from experiments.sketches import bestmodel, densenet, drawing
from experiments.sketches.bestmodel import Design
from experiments.sketches.data import load
from experiments.sketches.handin.main_bestmodel import best_model
from experiments.sketches.handin.main_densenet import two_layer_dense_net
from experiments.sketches.handin.utils.accuracies import predict_logits
from experiments.sketches.handin.utils.augmentation import Augmentation
from experiments.sketches.handin.utils.model_file import model_bytes
from experiments.sketches.handin.utils.weights import state_dict
from experiments.sketches.recipe import Recipe, finished, from_file, points, seeds_from, trained
from lib.data import Split
from lib.tracking import Results, Study, TrialLog, Workers, uses
from lib.training import set_seed
from lib.tuning import evaluate_all

RANGE = 255  # from paper to ink
TENTH = 0.1  # of the range: the standard deviation of the noise
LEVELS = (0.05, TENTH, 0.2, 0.3, 0.5)  # of the noise, as shares of the range
SHOWN = 10  # images of each kind
FLIPS: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
    "vertical": lambda images: images[:, ::-1],
    "horizontal": lambda images: images[:, :, ::-1],
}
FLIPPING = Augmentation(horizontal_flip=0.5, vertical_flip=0.5)


def noisy(images: np.ndarray, level: float, seed: int) -> np.ndarray:
    """Add Gaussian noise, which may leave the range.

    Args:
        images: (n, height, width) in [0, 255].
        level: standard deviation, as a share of the range.
        seed: of the noise.

    Returns:
        (n, height, width) float32.
    """
    noise = np.random.default_rng(seed).normal(0, level * RANGE, images.shape)
    return (images + noise).astype(np.float32)


def examples(data: Split, *, best: Results, dense: Results, design: Design, seed: int) -> Results:
    """Take ten sketches that the best model classifies right and ten wrong, and change the former.

    The dense network is asked about both kinds, too: sketches on which two so different networks
    fail are hard in themselves.
    """
    set_seed(seed)
    model = from_file(best_model(design.blocks, design.dropout), best, "bestmodel.pt")
    logits = predict_logits(model, data.x_val)
    y_pred, y_true = logits.argmax(axis=1), data.y_val
    right = y_pred == y_true
    generator = np.random.default_rng(seed)
    chosen = {
        kind: np.sort(generator.permutation(np.flatnonzero(mask))[:SHOWN])
        for kind, mask in (("right", right), ("wrong", ~right))
    }
    changed = {
        "noisy": noisy(data.x_val[chosen["right"]], TENTH, seed),
        **{name: flip(data.x_val[chosen["right"]]) for name, flip in FLIPS.items()},
    }
    y_changed = {
        name: predict_logits(model, images).argmax(axis=1) for name, images in changed.items()
    }
    y_dense = predict_logits(
        from_file(two_layer_dense_net(), dense, "densenet.pt"), data.x_val
    ).argmax(axis=1)
    ink = data.x_val.reshape(len(y_true), -1).mean(axis=1) / RANGE
    confidence = _probabilities(logits).max(axis=1)
    y_shown = y_true[chosen["right"]]
    return Results(
        metrics={
            "val_samples": len(y_true),
            "shown": len(y_shown),
            "wrong_samples": int((~right).sum()),
            "right_samples": int(right.sum()),
            **{
                f"{name}_right": int(np.sum(labels == y_shown))
                for name, labels in y_changed.items()
            },
            **_of_both(right, "ink", ink),
            **_of_both(right, "confidence", confidence),
            **_of_both(right, "dense_accuracy", (y_dense == y_true).astype(float)),
        },
        params={
            **_commonest_mistake(y_true, y_pred, data.class_names),
            "class_names": ",".join(data.class_names),
        },
        tables={"classes": _by_class(y_true, y_pred, data.class_names)},
        arrays={
            "y_true": y_true,
            "y_pred": y_pred,
            **{f"index_{kind}": indices for kind, indices in chosen.items()},
            **{f"images_{kind}": data.x_val[indices] for kind, indices in chosen.items()},
            **{f"images_{name}": images for name, images in changed.items()},
            **{f"y_pred_{name}": labels for name, labels in y_changed.items()},
        },
    )


def robustness(data: Split, *, best: Results, design: Design, seed: int) -> Results:
    """Classify all validation images changed by noise of several levels and by flips."""
    set_seed(seed)
    model = from_file(best_model(design.blocks, design.dropout), best, "bestmodel.pt")
    images = {_noise(0): data.x_val}
    images |= {_noise(level): noisy(data.x_val, level, seed) for level in LEVELS}
    images |= {f"{name} flip": flip(data.x_val) for name, flip in FLIPS.items()}
    images["both flips"] = FLIPS["vertical"](FLIPS["horizontal"](data.x_val))
    y_pred = {
        name: predict_logits(model, changed).argmax(axis=1) for name, changed in images.items()
    }
    right = {name: labels == data.y_val for name, labels in y_pred.items()}
    tenth = y_pred[_noise(TENTH)]
    return Results(
        metrics={"val_samples": len(data.y_val)},
        tables={
            "changes": pd.DataFrame(
                {"change": name, "val_accuracy": float(mask.mean())}
                for name, mask in right.items()
            ),
            "noise": pd.DataFrame(
                {"level": level, "val_accuracy": float(right[_noise(level)].mean())}
                for level in (0.0, *LEVELS)
            ),
            "by_class": _shares_by_class(data, right),
        },
        arrays={
            "y_true": data.y_val,
            "y_pred": y_pred["unchanged"],
            "y_pred_noisy": tenth,
            **{f"y_pred_{name}": y_pred[f"{name} flip"] for name in FLIPS},
        },
    )


def learn_with_flips(
    data: Split, recipe: Recipe, design: Design, *, values: Mapping[str, Any], seed: int
) -> Results:
    """Train the best model with flips among the distortions."""
    set_seed(seed)
    model = best_model(design.blocks, design.dropout)
    recipe = replace(design.recipe(recipe), distort=FLIPPING)
    measured = trained(model, data, recipe, learning_rate=values["learning_rate"], seed=seed)
    return replace(measured, files={"bestmodel.pt": model_bytes(state_dict(model))})


def cure(
    data: Split,
    *,
    best: Results,
    design: Design,
    learning_rate: float,
    recipe: Recipe,
    seeds: list[int],
    trials: TrialLog,
    workers: Workers,
) -> Results:
    """Train with flips from the best model's seeds, and hold both against each other."""
    found = evaluate_all(
        learn_with_flips,
        points({"learning_rate": learning_rate}, seeds),
        objective="final_val_accuracy",
        trials=trials,
        workers=workers,
        data=data,
        recipe=recipe,
        design=design,
    )
    rows, arrays = [], {}
    set_seed(seeds[0])
    for trial in found.trials:
        name = "bestmodel.pt" if trial.seed == seeds[0] else f"bestmodel-{trial.seed}.pt"
        for flips, (results, file) in enumerate(((best, name), (finished(trial), "bestmodel.pt"))):
            model = from_file(best_model(design.blocks, design.dropout), results, file)
            y_pred = {"plain": predict_logits(model, data.x_val).argmax(axis=1)}
            y_pred |= {
                name: predict_logits(model, flip(data.x_val)).argmax(axis=1)
                for name, flip in FLIPS.items()
            }
            shares = {f"{name}_val_accuracy": float(np.mean(labels == data.y_val))
                      for name, labels in y_pred.items()}
            rows.append({"seed": trial.seed, "flips": ("without", "with")[flips], **shares})
            if trial.seed == seeds[0]:
                kind = ("without", "with")[flips]
                arrays |= {f"y_pred_{name}_{kind}": labels for name, labels in y_pred.items()}
    table = pd.DataFrame(rows)
    of_first = table[table["seed"] == seeds[0]].set_index("flips")
    return Results(
        metrics={
            "val_samples": len(data.y_val),
            "seeds": len(seeds),
            **{
                f"{column.removesuffix('_val_accuracy')}_{kind}_val_accuracy": float(
                    of_first.loc[kind, column]
                )
                for kind in of_first.index
                for column in table.columns
                if column.endswith("_val_accuracy")
            },
        },
        tables={"trainings": table},
        arrays={"y_true": data.y_val, **arrays},
    )


@uses(best=bestmodel.run, dense=densenet.run)
def run(study: Study, *, best: Results, dense: Results) -> None:
    """Look at examples, measure all validation images, and train with flips.

    Args:
        study: the study.
        best: results of `bestmodel.final`.
        dense: results of `densenet.final`.
    """
    config = bestmodel.PROFILES[study.profile]
    data = load(study).labelled.without_test()
    design = Design(blocks=config.blocks)
    trained_ones = {"data": data, "best": best, "design": design}
    study.stage(
        examples, draw=drawing.examples, **trained_ones, dense=dense, seed=study.seed
    )
    study.stage(robustness, draw=drawing.robustness, **trained_ones, seed=study.seed)
    study.stage(
        cure,
        **trained_ones,
        learning_rate=best.params["learning_rate"],
        recipe=config.recipe,
        seeds=seeds_from(study.seed, config.seeds),
        trials=study.trials,
        workers=study.workers,
    )


def _noise(level: float) -> str:
    """Say how much noise was added.

    >>> _noise(0.1), _noise(0)
    ('noise, 10 % of the range', 'unchanged')
    """
    return f"noise, {100 * level:g} % of the range" if level else "unchanged"


def _probabilities(logits: np.ndarray) -> np.ndarray:
    """Softmax of each row."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _of_both(right: np.ndarray, name: str, values: np.ndarray) -> dict[str, float]:
    """Mean of a value over the images classified right, and over the others where there are any."""
    return {
        f"{name}_of_{kind}": float(values[mask].mean()) if mask.any() else 0.0
        for kind, mask in (("right", right), ("wrong", ~right))
    }


def _by_class(
    y_true: np.ndarray, y_pred: np.ndarray, class_names: tuple[str, ...]
) -> pd.DataFrame:
    """Accuracy of each class, and what it is taken for most often when it is wrong."""
    rows = []
    for label, name in enumerate(class_names):
        predicted = y_pred[y_true == label]
        mistakes = np.bincount(predicted[predicted != label], minlength=len(class_names))
        rows.append(
            {
                "class": name,
                "val_accuracy": float(np.mean(predicted == label)),
                "taken_for": class_names[int(mistakes.argmax())] if mistakes.any() else "–",
                "mistakes": int(mistakes.max()),
            }
        )
    return pd.DataFrame(rows)


def _commonest_mistake(
    y_true: np.ndarray, y_pred: np.ndarray, class_names: tuple[str, ...]
) -> dict[str, str]:
    """Name the pair of classes that is confused most often, in this direction."""
    table = _by_class(y_true, y_pred, class_names)
    worst = table.iloc[int(table["mistakes"].to_numpy().argmax())]
    return {"confused": str(worst["class"]), "confused_with": str(worst["taken_for"])}


def _shares_by_class(data: Split, right: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Accuracy of each class, unchanged, under noise of a tenth, and under each flip."""
    columns = {
        "unchanged": "unchanged",
        "noisy": _noise(TENTH),
        **{name: f"{name} flip" for name in FLIPS},
    }
    return pd.DataFrame(
        {
            "class": name,
            **{
                column: float(right[change][data.y_val == label].mean())
                for column, change in columns.items()
            },
        }
        for label, name in enumerate(data.class_names)
    )
