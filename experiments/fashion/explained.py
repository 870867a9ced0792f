"""The figures of `explainability`: samples with their nearest images, and the causes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from lib.figures import images, shares
from lib.tracking import Results

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Figures = Mapping[str, "Figure"]
EXAMPLES = [0, 2, 3]  # of a mistake's four images: all but the reconstruction


def nearest(results: Results) -> Figures:
    """Draw a test image and the training images nearest to it, with labels and distances."""
    table = results.tables["neighbors"]
    captions = [(str(results.params["class"]), "test image")]
    captions += [(str(row["class"]), f"{row['distance']:.1f}") for row in table.to_dict("records")]
    return {
        "neighbors": images.captioned_images(
            results.arrays["images"],
            captions,
            framed=[True, *[False] * len(table)],
            columns=6,
        )
    }


def mistakes(results: Results) -> Figures:
    """Draw all mistakes, three per row, each followed by its local example and counterexample."""
    captions = []
    for row in results.tables["mistakes"].to_dict("records"):
        captions += [
            (str(row["true"]), f"≠ {row['predicted']}"),
            (str(row["true"]), f"{row['example_distance']:.1f}"),
            (str(row["other"]), f"{row['counterexample_distance']:.1f}"),
        ]
    drawn = results.arrays["images"][:, EXAMPLES]
    return {
        "mistakes": images.captioned_images(
            drawn.reshape(-1, *drawn.shape[2:]),
            captions,
            framed=[True, False, False] * len(drawn),
            columns=9,
            width="full",
        )
    }


def causes(results: Results) -> Figures:
    """Draw how often each cause occurs, and one figure per case."""
    table = results.tables["shares"]
    bars = {"suggested": table["suggested_samples"].tolist()}
    if results.metrics["judged"]:
        bars = {"that stand": table["samples"].tolist(), **bars}
    cases = results.tables["cases"].to_dict("records")
    return {
        "distribution": shares.counts(
            table["cause"].tolist(), bars, of=int(results.metrics["samples"]), unit="samples"
        ),
        **{
            row["figure"]: _case(shown, row)
            for shown, row in zip(results.arrays["case_images"], cases, strict=True)
        },
    }


def _case(shown: np.ndarray, row: Mapping[Any, Any]) -> "Figure":
    """Draw a misclassified image, its reconstruction, its local example and counterexample."""
    return images.captioned_images(
        shown,
        [
            ("misclassified", str(row["true"]), f"≠ {row['predicted']}"),
            ("reconstruction", "", ""),
            ("local example", str(row["true"]), f"{row['example_distance']:.1f} away"),
            (
                "local counterexample",
                str(row["other"]),
                f"{row['counterexample_distance']:.1f} away",
            ),
        ],
        framed=[True, False, False, False],
        columns=4,
    )
