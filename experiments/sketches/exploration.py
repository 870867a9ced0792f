"""What do the sketches look like, as images and as the vectors that a dense network gets?

Expect 12,000 training images if the six classes have 3,000 each, and classes of equal size: always
predicting the same class is then as good as guessing, 1/6. A few seconds.

    python -m experiments run sketches.exploration --classes apple,bicycle,cat,diamond,eye,fish
"""

import numpy as np

from experiments.sketches import drawing
from experiments.sketches.data import load
from lib.data import Split, exploration
from lib.tracking import Results, Study

FLATTENED = 5  # images shown as vectors


def explore(data: Split) -> Results:
    """Count the images, and pick the first of each class and the first five to show."""
    counts = np.bincount(data.y_train, minlength=len(data.class_names))
    commonest = int(counts.argmax())
    first = [int(np.flatnonzero(data.y_train == label)[0]) for label in range(len(counts))]
    ink = data.x_train.reshape(len(data.x_train), -1)
    return Results(
        metrics={
            "train_samples": len(data.y_train),
            "val_samples": len(data.y_val),
            "test_samples": len(data.y_test),
            "classes": len(counts),
            "pixels": ink.shape[1],
            "random_accuracy": 1 / len(counts),
            "majority_val_accuracy": float(np.mean(data.y_val == commonest)),
            "blank_share": float(np.mean(ink == 0)),
        },
        params={
            "majority_class": data.class_names[commonest],
            **{f"class_{label}": name for label, name in enumerate(data.class_names)},
        },
        tables={"class_counts": exploration.class_counts(data)},
        arrays={"first_of_class": data.x_train[first], "flattened": ink[:FLATTENED]},
    )


def run(study: Study) -> None:
    """Look at the data."""
    study.stage(explore, draw=drawing.exploration, data=load(study).labelled)
