"""How well do the layers separate the classes? PCA and t-SNE of three layers of each network.

Pixels are the baseline. The pictures come with numbers: how much variance two components explain,
whether neighbours stay neighbours, how well neighbours predict the class, how far apart the classes
are, and whether a second seed of t-SNE gives the same neighbours.

    python -m experiments run features.projection --profile full
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from contract.names import Profile
from experiments.features import classifier, drawing, fitted
from experiments.features.data import clothes
from lib import training
from lib.data import Split, normalize
from lib.data.stratified import sample_each_class
from lib.projection import embedding, quality
from lib.tracking import Results, Study, TrialLog, Workers, uses
from lib.tuning import evaluate_all

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True)
class Config:
    """Settings of the published run; the profiles below say what they change."""

    per_class: int = 500  # test images of each class
    iterations: int = 1_000  # of t-SNE


PROFILES = {
    Profile.SMOKE: Config(per_class=8, iterations=250),
    Profile.QUICK: Config(per_class=40, iterations=400),
    Profile.FULL: Config(),
}
PIXELS = "pixels"
# A convolution, a dense layer and the last layer; outputs are taken after the activation.
LAYERS = {
    "own, large": ("squeeze_{last}_relu", "hidden_relu", "probabilities"),
    "LeNet": ("conv_2", "dense_2", "probabilities"),
    "own, small": ("conv_2", "hidden", "probabilities"),
}
PLACES = ("convolution", "dense", "last")


def layers(
    data: Split,
    *,
    large: Results,
    small: Results,
    seed: int,
    per_class: int,
    iterations: int,
    widths: tuple[int, ...],
    dense_units: int,
    trials: TrialLog,
    workers: Workers,
) -> Results:
    """Embed each layer's outputs for test images, and measure every embedding."""
    from pandas import DataFrame

    chosen = sample_each_class(data.y_test, len(data.class_names), per_class, seed).ravel()
    labels = data.y_test[chosen]
    found = evaluate_all(
        evaluate_layer,
        [(point, seed) for point in _points()],
        objective="neighbor_accuracy",
        trials=trials,
        workers=workers,
        images=data.x_test[chosen],
        labels=labels,
        weights={
            "own, large": large.files[fitted.WEIGHTS],
            "LeNet": small.files["LeNet.weights.h5"],
            "own, small": small.files["own.weights.h5"],
        },
        design={"widths": widths, "dense_units": dense_units},
        iterations=iterations,
    )
    arrays: dict[str, NDArray[Any]] = {"y_true": labels}
    rows = []
    for trial in found.trials:
        key, results = _key(trial.values), trial.finished()
        arrays |= {f"{name}_{key}": array for name, array in results.arrays.items()}
        rows.append({**trial.values, **results.metrics})
    return Results(
        metrics={
            "samples": len(labels),
            "per_class": per_class,
            "neighbors": quality.NEIGHBORS,
            "last_accuracy": float(np.mean(arrays["y_pred_full_own_large_last"] == labels)),
        },
        tables={
            "layers": DataFrame(rows),
            "silhouettes": _by_class(rows, arrays, data.class_names),
            "classes": DataFrame({"class": data.class_names}),
        },
        arrays=arrays,
    )


def evaluate_layer(
    values: Mapping[str, Any],
    *,
    seed: int,
    images: NDArray[np.uint8],
    labels: NDArray[np.int64],
    weights: Mapping[str, bytes],
    design: Mapping[str, Any],
    iterations: int,
) -> Results:
    """Run one trial: embed images by one layer's features.

    Args:
        values: `network` and `place`, see `LAYERS`.
        seed: seeds the embeddings; the second t-SNE uses the next seed.
        images: (n, 32, 32) uint8.
        labels: (n,).
        weights: each network's weights, by its name.
        design: `widths` and `dense_units` of the large network.
        iterations: t-SNE iterations.
    """
    features = _features(values, images, weights, design)
    between = quality.distances(features)
    pca, explained = embedding.principal_components(features, 3, seed)
    found = {"pca_2": pca[:, :2], "pca_3": pca}
    for name, dimensions, again in (
        ("tsne_2", 2, False),
        ("tsne_2_again", 2, True),
        ("tsne_3", 3, False),
    ):
        found[name] = embedding.neighbor_embedding(
            features, dimensions, seed + again, random_start=again, iterations=iterations
        )
    predicted = {"full": quality.predicted_by_neighbors(between, labels, seed)}
    silhouettes = {"full": quality.silhouettes(between, labels)}
    metrics = {
        "dimensions": features.shape[1],
        "explained_2": float(explained[:2].sum()),
        "explained_3": float(explained.sum()),
        "common_neighbors": float(
            quality.common_neighbors(found["tsne_2"], found["tsne_2_again"]).mean()
        ),
    }
    for name, embedded in found.items():
        apart = quality.distances(embedded)
        predicted[name] = quality.predicted_by_neighbors(apart, labels, seed)
        silhouettes[name] = quality.silhouettes(apart, labels)
        metrics[f"trust_{name}"] = quality.trustworthiness(between, embedded)
    for name, labelled in predicted.items():
        suffix = "" if name == "full" else f"_{name}"
        metrics[f"neighbor_accuracy{suffix}"] = float(np.mean(labelled == labels))
        metrics[f"silhouette{suffix}"] = float(silhouettes[name].mean())
    return Results(
        metrics=metrics,
        arrays={
            **found,
            **{f"y_pred_{name}": labelled for name, labelled in predicted.items()},
            "silhouettes": silhouettes["full"],
        },
    )


@uses(trained=classifier.run)
def run(study: Study, *, trained: Mapping[str, Results]) -> None:
    """Embed the layers of the study's three classifiers.

    Args:
        study: the study.
        trained: `large`, results of `classifier.final`, and `small`, of `classifier.final_small`.
    """
    config, design = PROFILES[study.profile], classifier.PROFILES[study.profile]
    study.stage(
        layers,
        config,
        draw=drawing.embedded_layers,
        data=clothes(study.profile, study.seed),
        large=trained["large"],
        small=trained["small"],
        widths=design.widths,
        dense_units=design.dense_units,
    )


def _points() -> list[dict[str, str]]:
    points = [{"network": PIXELS, "place": PIXELS}]
    return points + [{"network": name, "place": place} for name in LAYERS for place in PLACES]


def _key(values: Mapping[str, Any]) -> str:
    """Name a layer's arrays: `own_large_dense`, `pixels`."""
    network = str(values["network"]).replace(", ", "_").lower()
    return PIXELS if network == PIXELS else f"{network}_{values['place']}"


def _features(
    values: Mapping[str, Any],
    images: NDArray[np.uint8],
    weights: Mapping[str, bytes],
    design: Mapping[str, Any],
) -> NDArray[np.float32]:
    """Compute a layer's outputs for images, flattened: (n, p)."""
    network = values["network"]
    if network == PIXELS:
        return normalize(images).reshape(len(images), -1)
    import keras

    if network == "own, large":
        model = fitted.whole_wedge(design["widths"], design["dense_units"])
    else:
        model = fitted.whole_small("LeNet" if network == "LeNet" else "own")
    training.load_weights(model, weights[network])
    name = LAYERS[network][PLACES.index(values["place"])].format(last=len(design["widths"]))
    until = keras.Model(model.inputs, model.get_layer(name).output)
    return training.predict(until, images).reshape(len(images), -1)


def _by_class(
    rows: list[dict[str, Any]], arrays: Mapping[str, NDArray[Any]], names: tuple[str, ...]
) -> "DataFrame":
    """Tabulate silhouettes, one row per class, for pixels and each network's last layer."""
    from pandas import DataFrame

    table = DataFrame({"class": names})
    for row in rows:
        if row["place"] in (PIXELS, "last"):
            table[row["network"]] = arrays[f"silhouettes_{_key(row)}"]
    return table
