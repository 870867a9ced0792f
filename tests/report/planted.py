"""A study `fashion` planted in a store: plausible values that tests know."""

import csv
import io
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np

from tests.report.writer import Writer

EPOCHS = 10


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Write a table as the store holds it."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()


def figure(label: str, width_mm: float = 120.0, height_mm: float = 40.0) -> bytes:
    """Draw something of a size."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width_mm}mm" height="{height_mm}mm"'
        f' viewBox="0 0 {width_mm} {height_mm}"><!-- {label} -->'
        f'<path d="M 2 {height_mm - 2} L {width_mm - 2} 2" stroke="#0072b2" fill="none"/></svg>'
    ).encode()


TRIALS = table(
    [
        "trial",
        "learning_rate",
        "dense_units",
        "best_val_accuracy",
        "epochs_run",
        "best_epoch",
        "wall_time_seconds",
        "seed",
        "status",
        "failure",
    ],
    [
        [1, 0.001, 64, 0.9021, 9, 7, 41.27, 11, "finished", ""],
        [2, 0.001, 128, 0.9084, 8, 6, 44.91, 12, "finished", ""],
        [3, 0.003, 64, 0.8987, 6, 4, 30.02, 13, "finished", ""],
        [4, 0.003, 128, 0.9012, 7, 5, 39.5, 14, "finished", ""],
    ],
)
PAIRS = table(
    ["trial", "repetition", "dropout", "best_val_accuracy", "best_epoch", "accuracy_gap"],
    [
        [2 * at - 1 + (dropout > 0), at, dropout, accuracy, epoch, gap]
        for at in (1, 2, 3)
        for dropout, accuracy, epoch, gap in (
            (0.0, 0.9031 + 0.0007 * at, 6, 0.0512),
            (0.5, 0.9089 + 0.0005 * at, 9, 0.0287),
        )
    ],
)

CLIMB = table(
    ["trial", "width", "learning_rate", "val_reconstruction_error", "round"],
    [[1, 16, 0.001, 0.005634, 0], [2, 32, 0.001, 0.001985, 1], [3, 32, 0.002, 0.001945, 2]],
)
SIZES = table(
    [
        "latent_features",
        "latent_dim",
        "tuned_again",
        "val_reconstruction_error",
        "val_detail_kept",
        "pca_val_reconstruction_error",
        "rise",
    ],
    [
        [16, 256, False, 0.0019, 0.86, 0.0006, ""],
        [12, 192, False, 0.0023, 0.81, 0.0024, 0.21],
        [8, 128, False, 0.0028, 0.72, 0.0026, 0.22],
        [4, 64, True, 0.0071, 0.48, 0.0105, 1.54],
    ],
)
ERRORS_BY_CLASS = table(
    ["class", "images", "reconstruction_error"],
    [["Shirt", 1000, 0.0091], ["Sandal", 1000, 0.0052], ["Trouser", 1000, 0.0023]],
)

CAUSES = (
    ("noise", 3),
    ("mislabelling", 2),
    ("underrepresentation", 8),
    ("overfitting", 4),
    ("underfitting", 2),
    ("overlapping labels", 7),
)
SHARES = table(
    ["cause", "by_resemblance", "samples", "suggested_samples", "share", "suggested_share"],
    [
        [cause, at > 1, samples, samples, samples / 25, samples / 25]
        for at, (cause, samples) in enumerate(CAUSES)
    ],
)
STANDING = table(
    ["test_index", "true", "predicted", "causes", "by", "suggested", "remark"],
    [[17, "Coat", "Shirt", "noise;overfitting", "judged", "noise", "a <b>blur</b>"]],
)
CASES = table(
    [
        "test_index",
        "true",
        "predicted",
        "other",
        "example_distance",
        "counterexample_distance",
        "cause",
        "causes",
        "by",
        "figure",
    ],
    [
        [
            17,
            "Coat",
            "Shirt",
            "Shirt",
            22.4123,
            18.7,
            "underrepresentation",
            "-",
            "judged",
            "case_1",
        ],
        [
            28,
            "Shirt",
            "Coat",
            "Pullover",
            9.8,
            9.5,
            "overlapping labels",
            "-",
            "suggested",
            "case_2",
        ],
        [39, "Dress", "Shirt", "Shirt", 13.6, 10.6, "overfitting", "", "suggested", "case_3"],
        [40, "Pullover", "Dress", "Dress", 12.2, 10.6, "noise", "", "suggested", "case_4"],
    ],
)


def plant(
    writer: Writer,
    profile: str = "quick",
    *,
    tags: Mapping[str, str] | None = None,
    without: Collection[str] = (),
) -> Writer:
    """Plant all runs that the study's questions cite, but for some."""

    def run(name: str, **results: Any) -> None:
        if name not in without:
            writer.run(name, profile=profile, tags=tags, **results)

    run(
        "classification.explore",
        metrics={
            "images": 70_000,
            "classes": 10,
            "smallest_class_share": 0.1,
            "largest_class_share": 0.1,
            "near_duplicates": 312,
            "near_duplicates_labelled_differently": 4,
            "most_alike_share": 0.171,
            "neighbor_error": 0.1832,
            "neighbor_samples": 5_000,
        },
        params={"most_alike_first": "T-shirt/top", "most_alike_second": "Shirt"},
        figures={
            "samples": figure("samples", 168.0, 60.0),
            "class_counts": figure("class_counts"),
            "alike": figure("alike", 120.0, 70.0),
        },
    )
    train = [0.79, 0.86, 0.88, 0.893, 0.903, 0.912, 0.92, 0.927, 0.934, 0.9412]
    val = [0.83, 0.865, 0.878, 0.887, 0.893, 0.898, 0.9, 0.903, 0.9046, 0.9043]
    run(
        "classification.initial",
        metrics={
            "final_train_accuracy": train[-1],
            "final_val_accuracy": val[-1],
            "final_val_macro_f1": 0.9038,
            "val_samples": 10_000,
            "train_samples": 50_000,
            "best_epoch": 9,
        },
        curves={"train_accuracy": train, "val_accuracy": val},
        params={"epochs": EPOCHS, "optimizer": "Adam"},
        figures={
            "curves": figure("curves", 120.0, 50.0),
            "architecture": figure("architecture", 120.0, 30.0),
        },
    )
    run(
        "classification.tuning",
        metrics={
            "best_val_accuracy": 0.9084,
            "worst_val_accuracy": 0.8987,
            "trials": 4,
            "val_samples": 10_000,
        },
        params={"best_learning_rate": 0.001, "best_dense_units": 128},
        tables={"trials": TRIALS},
        figures={"trials": figure("trials")},
    )
    run(
        "classification.regularization",
        metrics={"repetitions": 3, "gap_with": 0.0287, "gap_without": 0.0512},
        params={"patience": 2, "max_epochs": 20},
        tables={"pairs": PAIRS},
        figures={"pairs": figure("pairs")},
    )
    run(
        "classification.final",
        metrics={"test_accuracy": 0.9123, "test_samples": 10_000, "train_samples": 60_000},
        params={"epochs": 9},
        figures={"confusion": figure("confusion", 120.0, 90.0), "curves": figure("final curves")},
    )
    run(
        "classification.reload",
        metrics={"reproduced_labels": 10_000},
        figures={"samples": figure("reload samples", 168.0, 30.0)},
    )
    plant_encoding(run)
    plant_explainability(run)
    return writer


def plant_encoding(run: Callable[..., None]) -> None:
    """Plant the runs of Questions 7 and 8: four sizes, of which the last costs too much."""
    run(
        "encoding.tuning",
        metrics={
            "initial_val_reconstruction_error": 0.005634,
            "val_reconstruction_error": 0.001945,
            "trials": 8,
            "last_gain": 0.021,
        },
        params={"marginal": 0.1},
        tables={"trials": CLIMB},
        figures={"trials": figure("climb")},
    )
    random = np.random.default_rng(7)
    before = random.gamma(4.0, 0.25, 500)
    errors = {"largest": 0.0019 * before, "smallest": 0.0071 * before}
    pca = {"largest": 0.0006 * before, "smallest": 0.0105 * before}
    run(
        "encoding.shrink",
        metrics={
            "tuned_again": 1,
            "wins_over_pca": 2,
            "sizes": 4,
            "degraded": 1,
            "rise": 0.4012,
            "rise_low": 0.3971,
            "rise_high": 0.4053,
        },
        params={
            "epochs": EPOCHS,
            "best_latent_features": 8,
            "degraded_latent_features": 4,
            "drop": 0.25,
        },
        tables={"sizes": SIZES},
        arrays={
            **{f"{size}_error": values for size, values in errors.items()},
            **{f"{size}_pca_error": values for size, values in pca.items()},
        },
        figures={
            "errors": figure("errors", 120.0, 55.0),
            "reconstructions": figure("reconstructions", 168.0, 60.0),
        },
    )
    run(
        "encoding.final",
        metrics={
            "test_reconstruction_error": 0.004932,
            "test_reconstruction_error_low": 0.004861,
            "test_reconstruction_error_high": 0.005003,
            "test_pca_reconstruction_error": 0.006412,
            "test_detail_kept": 0.6183,
            "latent_dim": 128,
            "pixels": 784,
            "test_samples": 10_000,
            "train_samples": 60_000,
        },
        params={"epochs": 30, "hardest_class": "Shirt", "easiest_class": "Trouser"},
        tables={"classes": ERRORS_BY_CLASS},
        arrays={"test_error": 0.0049 * before, "test_pca_error": 0.0064 * before},
        figures={
            "reconstructions": figure("test reconstructions", 120.0, 45.0),
            "curves": figure("encoding curves"),
        },
    )


def plant_explainability(run: Callable[..., object], **changed: float) -> None:
    """Plant the runs of Question 9: 25 mistakes, one of them judged; some metrics changed."""
    known = {
        "train_accuracy": 0.9512,
        "train_error": 0.0488,
        "test_accuracy": 0.9123,
        "test_samples": 10_000,
        "train_samples": 60_000,
        "test_errors": 877,
        "samples": 25,
        "judged": 1,
        "judged_as_suggested": 0,
        "doubtful_data_share": 0.28,
        "cases": 4,
    }
    metrics = {**known, **changed}
    run(
        "explainability.mistakes",
        metrics={name: value for name, value in metrics.items() if name.startswith("t")},
        params={"count": 25},
    )
    rows = CASES.splitlines(keepends=True)[: 1 + int(metrics["cases"])]
    run(
        "explainability.causes",
        metrics={name: value for name, value in metrics.items() if not name.startswith("t")},
        tables={"shares": SHARES, "causes": STANDING, "cases": "".join(rows)},
        figures={
            "distribution": figure("distribution", 120.0, 49.0),
            **{f"case_{at}": figure(f"case {at}", 120.0, 38.0) for at in range(1, len(rows))},
        },
    )
