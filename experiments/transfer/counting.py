"""Count the images and duplicates in one of the study's data sets, and pick images to show."""

from lib.data import Split, duplicates, exploration
from lib.data.stratified import sample_each_class
from lib.tracking import Results


def counted(data: Split, *, samples: int, seed: int) -> Results:
    """Count a data set's images, and look for duplicates between its parts.

    Args:
        data: the images.
        samples: number of training images of each class to show.
        seed: seeds their choice.

    Returns:
        Counts, the tables `class_counts` and `duplicates`, and the array `samples`, of shape
        (classes, samples, height, width[, channels]).
    """
    classes = len(data.class_names)
    pairs = duplicates.count_pairs(duplicates.exact_duplicates(data))
    shown = sample_each_class(data.y_train, classes, samples, seed)
    return Results(
        metrics={
            "train_samples": len(data.y_train),
            "val_samples": len(data.y_val),
            "test_samples": len(data.y_test),
            "classes": classes,
            "duplicates": int(pairs["pairs"].sum()),
        },
        tables={"class_counts": exploration.class_counts(data), "duplicates": pairs},
        arrays={"samples": data.x_train[shown]},
    )
