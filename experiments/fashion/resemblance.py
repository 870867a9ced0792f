"""Find images that occur twice and classes that look alike, before training any model."""

from lib.data import Split, duplicates, similarity
from lib.tracking import Results

NEIGHBORS_SAMPLE = 5_000  # images whose nearest neighbours are found


def repeated(data: Split) -> Results:
    """Count equal and nearly equal images, within and between the parts."""
    exact = duplicates.exact_duplicates(data)
    near = duplicates.near_duplicates(data)
    return Results(
        metrics={
            "exact_duplicates": len(exact),
            "near_duplicates": len(near),
            "near_duplicates_labelled_differently": int((~near["same_label"].astype(bool)).sum()),
        },
        tables={
            "exact_duplicates": duplicates.count_pairs(exact),
            "near_duplicates": duplicates.count_pairs(near),
        },
    )


def alike(data: Split, seed: int) -> Results:
    """Count, by class, the classes of the images' nearest neighbours."""
    confusion = similarity.neighbor_confusion(
        data.x_train, data.y_train, data.class_names, n=NEIGHBORS_SAMPLE, seed=seed
    )
    pairs = similarity.most_alike(confusion)
    return Results(
        metrics={
            "neighbor_error": similarity.neighbor_error(confusion),
            "neighbor_samples": min(NEIGHBORS_SAMPLE, len(data.y_train)),
            "most_alike_share": float(pairs["share"].iloc[0]),
        },
        params={
            "most_alike_first": str(pairs["first"].iloc[0]),
            "most_alike_second": str(pairs["second"].iloc[0]),
        },
        tables={"neighbor_confusion": confusion, "most_alike": pairs},
    )
