"""Why does the classifier err? Its mistakes, compared with the training images of similar codes.

Source: local examples and counterexamples are the specification's; images are similar here if their
codes from the final autoencoder are close. Rules suggest causes (see `suggestions`), which a
person's judgements in `answers/fashion/causes.csv` override.

Expect (seed 1, full) 770 mistakes on the test images; of the 25 that are drawn, the rules call 32 %
overlapping labels, 20 % underrepresented, 16 % each mislabelled and overfitting, 8 % each noise and
underfitting; some ten seconds once both models are trained.

    python -m experiments run fashion.explainability --profile full
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from contract import causes as judgements
from contract.causes import Cause, JudgementError
from experiments.fashion import cases as chosen_cases
from experiments.fashion import classification, compression, encoding, explained, network
from experiments.fashion.data import load
from experiments.fashion.measuring import measure, measured, yardsticks
from experiments.fashion.suggestions import suggest
from lib import training
from lib.data import Split, denormalize, normalize
from lib.neighbors import own_class_distances
from lib.tracking import Results, StageError, Study, uses


@dataclass(frozen=True)
class Config:
    """What every profile is made with: it is a matter of seconds in all of them."""

    neighbors: int = 10
    mistakes: int = 25  # fewer where there are fewer
    cases: int = 4  # that the report shows


CONFIG = Config()


def encode(data: Split, *, autoencoder: Results, seed: int) -> Results:
    """Encode all images, and measure the distances between training images of each class."""
    training.set_seed(seed)
    whole = data.with_complete_training()
    codes = compression.encode(autoencoder, whole.x_train)
    own = own_class_distances(codes, whole.y_train)
    return Results(
        metrics={
            "train_samples": len(codes),
            "latent_dim": codes.shape[1],
            "median_own_distance": float(np.median(own)),
        },
        tables={"yardsticks": yardsticks(own, whole)},
        arrays={
            "train_codes": codes,
            "test_codes": compression.encode(autoencoder, data.x_test),
            "own_distances": own,
        },
    )


def neighbors(data: Split, *, encoded: Results, seed: int, k: int) -> Results:
    """Find the training images that are nearest to a random test image."""
    import pandas as pd
    from sklearn.neighbors import NearestNeighbors

    whole = data.with_complete_training()
    names = np.array(data.class_names)
    index = int(np.random.default_rng(seed).integers(len(data.x_test)))
    model = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(encoded.arrays["train_codes"])
    distances, found = model.kneighbors(encoded.arrays["test_codes"][[index]])
    labels = whole.y_train[found[0]]
    return Results(
        metrics={
            "test_index": index,
            "neighbors_of_its_class": int(np.sum(labels == data.y_test[index])),
            "nearest_distance": float(distances[0, 0]),
        },
        params={"class": data.class_names[data.y_test[index]]},
        tables={
            "neighbors": pd.DataFrame(
                {"train_index": found[0], "class": names[labels], "distance": distances[0]}
            )
        },
        arrays={"images": np.concatenate([data.x_test[[index]], whole.x_train[found[0]]])},
    )


def mistakes(
    data: Split,
    *,
    encoded: Results,
    classifier: Results,
    autoencoder: Results,
    seed: int,
    count: int,
    k: int,
) -> Results:
    """Draw misclassified test images, and find each one's local example and counterexample.

    Raises:
        StageError: the classifier does not predict as it did when it was tested, or errs nowhere.
    """
    training.set_seed(seed)
    whole = data.with_complete_training()
    model = network.rebuild(classifier)
    y_score = training.predict(model, normalize(data.x_test))
    wrong = _misclassified(y_score, data, classifier)
    train_pred = training.predict(model, normalize(whole.x_train)).argmax(axis=1)
    drawn = np.random.default_rng(seed).choice(wrong, min(count, len(wrong)), replace=False)
    chosen = np.sort(drawn)
    table = measure(
        chosen,
        data=whole,
        encoded=encoded,
        y_score=y_score,
        test_error=autoencoder.arrays["test_error"],
        k=k,
    )
    drawn_again = compression.reconstruct(autoencoder, data.x_test[chosen])
    shown = (
        data.x_test[chosen],
        denormalize(drawn_again[..., np.newaxis]),
        whole.x_train[table["example_index"]],
        whole.x_train[table["counterexample_index"]],
    )
    return Results(
        metrics={
            "mistakes": len(chosen),
            "test_errors": len(wrong),
            "test_samples": len(data.y_test),
            "test_accuracy": 1 - len(wrong) / len(data.y_test),
            "train_accuracy": float(np.mean(train_pred == whole.y_train)),
            "train_error": float(np.mean(train_pred != whole.y_train)),
            "train_samples": len(whole.y_train),
        },
        tables={"mistakes": table},
        arrays={
            # Each sample, its reconstruction, its local example, its local counterexample.
            "images": np.stack(shown, axis=1),
            "test_index": chosen,
        },
    )


def _misclassified(
    y_score: NDArray[np.float32], data: Split, classifier: Results
) -> NDArray[np.int64]:
    y_pred = y_score.argmax(axis=1)
    network.check_labels(y_pred, classifier)
    wrong = np.flatnonzero(y_pred != data.y_test)
    if not len(wrong):
        raise StageError(
            f"Expected a misclassified test image. Received: none among {len(y_pred)}, so there "
            "is nothing to explain"
        )
    return wrong


def causes(
    *, mistaken: Results, judged: Mapping[str, str], remarks: Mapping[str, str], cases: int
) -> Results:
    """Suggest causes, let a person's judgement stand before them, count them, and choose cases.

    Args:
        mistaken: results of `mistakes`.
        judged: causes by `test_index`, joined by `;`, of the samples that a person has judged.
        remarks: a person's words by `test_index`.
        cases: how many to choose.
    """
    import pandas as pd

    table = mistaken.tables["mistakes"]
    samples = measured(table)
    suggestions = [suggest(sample) for sample in samples]
    stand = chosen_cases.standing(table, suggestions, judged, remarks)
    counted = chosen_cases.shares(stand)
    chosen = chosen_cases.choose(stand, samples, cases)
    rows = [row for row, _ in chosen]
    shown = table.iloc[rows].assign(
        cause=[str(cause) for _, cause in chosen],
        figure=[f"case_{number}" for number in range(1, len(chosen) + 1)],
    )
    by_person = stand["by"] == chosen_cases.JUDGED
    doubtful = stand["causes"].map(
        lambda text: bool({Cause.NOISE, Cause.MISLABELLING} & {*chosen_cases.names(text)})
    )
    agreed = stand["causes"] == stand["suggested"]
    return Results(
        metrics={
            "samples": len(stand),
            "judged": int(by_person.sum()),
            "judged_as_suggested": int((by_person & agreed).sum()),
            "doubtful_data_share": float(doubtful.mean()),
            "cases": len(chosen),
        },
        tables={
            "causes": stand,
            "suggestions": pd.DataFrame(
                [
                    (index, str(each.cause), each.reason)
                    for index, some in zip(table["test_index"], suggestions, strict=True)
                    for each in some
                ],
                columns=["test_index", "cause", "reason"],
            ),
            "shares": counted,
            "cases": shown.merge(stand[["test_index", "causes", "by"]], on="test_index"),
        },
        arrays={"case_images": mistaken.arrays["images"][rows]},
    )


@uses(classifier=classification.run, autoencoder=encoding.run)
def run(study: Study, *, classifier: Results, autoencoder: Results) -> None:
    """Encode, find neighbours, diagnose the mistakes, and say what caused them.

    Args:
        study: the study.
        classifier: results of `classification.final`.
        autoencoder: results of `encoding.final`.

    Raises:
        StageError: the file of judgements is not in order.
    """
    data = load(study.profile, study.seed).sample
    encoded = study.stage(encode, data=data, autoencoder=autoencoder, seed=study.seed)
    study.stage(
        neighbors,
        draw=explained.nearest,
        data=data,
        encoded=encoded,
        seed=study.seed,
        k=CONFIG.neighbors,
    )
    mistaken = study.stage(
        mistakes,
        draw=explained.mistakes,
        data=data,
        encoded=encoded,
        classifier=classifier,
        autoencoder=autoencoder,
        seed=study.seed,
        count=CONFIG.mistakes,
        k=CONFIG.neighbors,
    )
    judged, remarks = _judgements(study, mistaken)
    study.stage(
        causes,
        draw=explained.causes,
        mistaken=mistaken,
        judged=judged,
        remarks=remarks,
        cases=CONFIG.cases,
    )


def _judgements(study: Study, mistaken: Results) -> tuple[dict[str, str], dict[str, str]]:
    """Read causes and remarks by `test_index`, as plain values that a run's fingerprint holds."""
    samples: list[int] = mistaken.arrays["test_index"].tolist()
    try:
        found = judgements.read(judgements.path(study.name), study.profile, samples)
    except JudgementError as error:
        raise StageError(str(error)) from error
    return judgements.as_texts(found)
