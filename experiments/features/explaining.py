"""Explain a network's predictions by every method, and measure the maps."""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lib import metrics
from lib.attribution import ZeroMapWarning, attribute, grid, measures
from lib.data.split import Images
from lib.tracking import Results

if TYPE_CHECKING:
    import keras

Maps = NDArray[np.float32]
METHODS = ("grad_cam", "integrated_gradients", "shapley")
WRITTEN = {
    "grad_cam": "Grad-CAM",
    "integrated_gradients": "integrated gradients, black",
    "integrated_gradients_grey": "integrated gradients, grey",
    "shapley": "Shapley values",
    "random": "random",
    "edges": "edges",
}
PLANTED_SHARE = 0.4  # side of a planted patch, as a share of the image's


@dataclass(frozen=True)
class Explained:
    """A network to explain, and how images are prepared for it.

    Args:
        name: the network's name.
        model: the classifier.
        prepare: converts images (n, height, width[, channels]) uint8 to the model's input.
        image_range: smallest and largest value of the model's input.
        layer: name of the layer whose feature maps Grad-CAM weights.
        class_names: one name per class.
    """

    name: str
    model: "keras.Model"
    prepare: Callable[[Images], Maps]
    image_range: tuple[float, float]
    layer: str
    class_names: tuple[str, ...]


@dataclass(frozen=True)
class Effort:
    """How much to measure.

    Args:
        steps: most gradients per image for integrated gradients.
        rows: rows of the grid of regions that get Shapley values.
        columns: columns of that grid.
        curve_steps: points of a deletion curve.
        planted: number of images that get a planted patch.
        batch_size: images per pass.
    """

    steps: int = 128
    rows: int = 3
    columns: int = 3
    curve_steps: int = 28
    planted: int = 50
    batch_size: int = 16


def explain(
    network: Explained, images: Images, *, seed: int, effort: Effort, shown: int
) -> Results:
    """Explain the predicted class of each image, and measure the maps.

    Args:
        network: the network to explain.
        images: (n, height, width[, channels]) uint8.
        seed: seeds the controls, shuffled weights, ties and patch positions.
        effort: how much to measure.
        shown: number of first images whose maps are kept.
    """
    maker = Maker(network, effort)
    x = network.prepare(images)
    probabilities = network.model.predict(x, batch_size=effort.batch_size, verbose=0)
    targets = probabilities.argmax(axis=1)
    sums, back, maps = maker.with_completeness(x, targets)
    curves = maker.perturbed(x, targets, {**maps, **controls(x, seed)}, seed)
    per_image = {
        "gap": sums.gap,
        "gap_swapped": back.gap,
        **{f"gain_{name}": curve.symmetric_difference for name, curve in curves.items()},
        **{f"deletion_{name}": curve.deletion_auc for name, curve in curves.items()},
        **{f"insertion_{name}": curve.insertion_auc for name, curve in curves.items()},
        **agreements(maps),
        **maker.after_shuffling(x, targets, maps, seed),
        **maker.planted(images, seed),
    }
    return Results(
        metrics={
            "images": len(images),
            "zero_maps": int(sum((~each.any(axis=(1, 2))).sum() for each in maps.values())),
            "median_gap": float(np.nanmedian([sums.gap, back.gap])),
            "largest_gap": float(np.nanmax([sums.gap, back.gap])),
            "planted": min(effort.planted, len(images)),
            "regions": effort.rows * effort.columns,
            **_means(per_image, seed),
        },
        params={"network": network.name, "layer": network.layer},
        tables={
            "shown": _shown(network, probabilities, targets, shown),
            "scores": _scores(per_image, seed),
        },
        arrays={
            **{name: values.astype(np.float64) for name, values in per_image.items()},
            "images": images[:shown],
            **{f"maps_{name}": each[:shown] for name, each in maps.items()},
            "maps_edges": measures.edge_maps(x[:shown]),
            **_mean_curves(curves),
        },
    )


@dataclass(frozen=True)
class Maker:
    """Computes a network's maps."""

    network: Explained
    effort: Effort

    @property
    def middle(self) -> float:
        """Mid-grey in the model's own units."""
        return sum(self.network.image_range) / 2

    @property
    def black(self) -> float:
        """Black in the model's own units."""
        return self.network.image_range[0]

    def attribute(
        self, x: Maps, targets: Any, method: str, model: "keras.Model | None" = None, **options: Any
    ) -> Maps:
        """Compute maps by one method, with the network's settings."""
        if method == "grad_cam":
            options |= {"layer": self.network.layer}
        if method == "integrated_gradients":
            options = {"baseline": self.black, "steps": self.effort.steps} | options
        if method == "shapley":
            regions = grid(x.shape[1:3], self.effort.rows, self.effort.columns)
            options = {"baseline": self.black, "regions": regions} | options
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ZeroMapWarning)  # they are counted, see `explain`
            return attribute(
                model or self.network.model,
                x,
                targets,
                method,  # type: ignore[arg-type]  # one of `METHODS`
                image_range=self.network.image_range,
                batch_size=self.effort.batch_size,
                **options,
            )

    def with_completeness(
        self, x: Maps, targets: Any
    ) -> tuple[measures.Completeness, measures.Completeness, dict[str, Maps]]:
        """Compute all maps, and the completeness of integrated gradients in both directions."""
        both: list[Maps] = []

        def integrated(images: Maps, baselines: Maps) -> Maps:
            both.append(self.attribute(images, targets, "integrated_gradients", baseline=baselines))
            return both[-1]

        forth, back = measures.completeness(
            self.network.model,
            x,
            targets,
            integrated,
            baseline=self.black,
            batch_size=self.effort.batch_size,
        )
        maps = {
            "grad_cam": self.attribute(x, targets, "grad_cam"),
            "integrated_gradients": both[0],
            "integrated_gradients_grey": self.attribute(
                x, targets, "integrated_gradients", baseline=self.middle
            ),
            "shapley": self.attribute(x, targets, "shapley"),
        }
        return forth, back, maps

    def perturbed(
        self, x: Maps, targets: Any, maps: Mapping[str, Maps], seed: int
    ) -> dict[str, measures.Curves]:
        """Delete and insert pixels in the order of each map; see `measures`."""
        return {
            name: measures.perturbation_curves(
                self.network.model,
                x,
                targets,
                each,
                baseline=self.middle,
                steps=self.effort.curve_steps,
                seed=seed,
                batch_size=self.effort.batch_size,
            )
            for name, each in maps.items()
        }

    def after_shuffling(
        self, x: Maps, targets: Any, maps: Mapping[str, Maps], seed: int
    ) -> dict[str, NDArray[np.float64]]:
        """Compute the rank agreement of maps with those of a copy with shuffled weights."""
        shuffled = measures.randomised(self.network.model, seed)
        found = {}
        for method in METHODS[:2]:
            again = self.attribute(x, targets, method, model=shuffled)
            found[f"shuffled_{method}"] = np.nan_to_num(
                measures.rank_agreement(maps[method], again)
            )
        found["shuffled_edges"] = np.ones(len(x))  # an edge map does not depend on weights
        return found

    def planted(self, images: Images, seed: int) -> dict[str, NDArray[np.float64]]:
        """Tell for each method in which images it finds a planted patch better than controls do.

        The explained class is the one whose logit the patch raises most.
        """
        some = images[-min(self.effort.planted, len(images)) :]
        side = round(PLANTED_SHARE * images.shape[1])
        patch = _patch(images[PATCH_FROM % len(images)], side)
        before = self.network.prepare(some)
        after, masks = measures.plant(before, self.network.prepare(patch[None])[0], seed)
        gain = self._logits(after) - self._logits(before)
        targets = gain.argmax(axis=1)
        return {
            f"planted_{method}": measures.beats_controls(
                self.attribute(after, targets, method), after, masks, seed
            ).astype(np.float64)
            for method in METHODS
        }

    def _logits(self, x: Maps) -> Maps:
        from lib.attribution import Network

        return Network(self.network.model, x, self.effort.batch_size).logits(x)


PATCH_FROM = 3  # the image scaled down to the patch; among the photographs, the cat


def _patch(image: Images, side: int) -> Images:
    """Scale an image down to a patch."""
    from PIL import Image

    return np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.BOX))


def controls(x: Maps, seed: int) -> dict[str, Maps]:
    """Make maps that do not depend on the network."""
    return {"random": measures.random_maps(x, seed), "edges": measures.edge_maps(x)}


def agreements(maps: Mapping[str, Maps]) -> dict[str, NDArray[np.float64]]:
    """Compute the rank agreement of each pair of methods, 0 where a map is constant."""
    pairs = [(a, b) for at, a in enumerate(METHODS) for b in METHODS[at + 1 :]]
    return {
        f"agreement_{a}_{b}": np.nan_to_num(measures.rank_agreement(maps[a], maps[b]))
        for a, b in pairs
    }


def _mean_curves(
    curves: Mapping[str, measures.Curves],
) -> dict[str, NDArray[np.float64]]:
    """Average the curves over the images, as arrays to be drawn."""
    drawn = {"curve_share": next(iter(curves.values())).share}
    for name, curve in curves.items():
        drawn[f"curve_deletion_{name}"] = curve.deletion.mean(axis=0)
        drawn[f"curve_insertion_{name}"] = curve.insertion.mean(axis=0)
    return drawn


def _means(per_image: Mapping[str, NDArray[np.float64]], seed: int) -> dict[str, float]:
    """Average each score, with the ends of its bootstrap interval."""
    found: dict[str, float] = {}
    for name, values in per_image.items():
        if name.startswith("gap"):
            continue
        interval = metrics.paired_bootstrap(values, np.zeros(len(values)), seed=seed)
        found |= {
            f"mean_{name}": float(values.mean()),
            f"mean_{name}_low": min(interval.low, float(values.mean())),
            f"mean_{name}_high": max(interval.high, float(values.mean())),
        }
    return found


def _scores(per_image: Mapping[str, NDArray[np.float64]], seed: int) -> Any:
    """Tabulate the mean scores of methods and controls, one row each."""
    import pandas as pd

    means = _means(per_image, seed)
    rows = [
        {
            "method": WRITTEN[name],
            "deletion": means[f"mean_deletion_{name}"],
            "insertion": means[f"mean_insertion_{name}"],
            "gain": means[f"mean_gain_{name}"],
            "gain_low": means[f"mean_gain_{name}_low"],
            "gain_high": means[f"mean_gain_{name}_high"],
            "shuffled": means.get(f"mean_shuffled_{name}"),
            "planted": means.get(f"mean_planted_{name}"),
        }
        for name in WRITTEN
    ]
    return pd.DataFrame(rows)


def _shown(
    network: Explained, probabilities: Maps, targets: NDArray[np.integer], shown: int
) -> Any:
    import pandas as pd

    return pd.DataFrame(
        {
            "image": range(1, min(shown, len(targets)) + 1),
            "predicted": [network.class_names[target] for target in targets[:shown]],
            "probability": probabilities.max(axis=1)[:shown],
        }
    )
