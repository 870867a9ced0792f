"""Why does the classifier err? Its mistakes, compared with training images of similar codes.

Source: local examples and counterexamples as in the specification; images are similar if the final
autoencoder gives them similar codes. Rules suggest causes (see `suggestions`); the judgements of a
person in `answers/fashion/causes.csv` override them.

Expect (seed 1, full) 770 mistakes on the test images; of the 25 that are drawn, the rules call 32 %
overlapping labels, 20 % underrepresented, 16 % each mislabelled and overfitting, 8 % each noise and
underfitting; some ten seconds once both models are trained.

    python -m experiments run fashion.explainability --profile full
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from contract import causes as judgements
from contract.causes import JudgementError
from experiments.fashion import cases as chosen_cases
from experiments.fashion import classification, compression, encoding, explained, network
from experiments.fashion.data import load
from experiments.fashion.measuring import measure, measured, yardsticks
from experiments.fashion.suggestions import suggest
from lib import training
from lib.data import Split, denormalize, normalize
from lib.neighbors import own_class_distances
from lib.tracking import Results, StageError, Study, uses

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Config:
    """The settings of all profiles; none takes more than seconds."""

    neighbors: int = 10
    mistakes: int = 25  # or all if there are fewer
    cases: int = 4  # shown in the report


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
        StageError: the predictions differ from those of the classifier's test, or all are correct.
    """
    training.set_seed(seed)
    whole = data.with_complete_training()
    model = network.FILES.rebuild(classifier)
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
            "images": _pictures(whole, table, autoencoder),
            "test_index": table["test_index"].to_numpy(np.int64),
        },
    )


def _pictures(
    data: Split, table: "pd.DataFrame", autoencoder: Results
) -> NDArray[np.uint8]:  # (n, 4, height, width)
    """Combine each sample with its reconstruction, local example and local counterexample."""
    samples = data.x_test[table["test_index"]]
    drawn_again = compression.reconstruct(autoencoder, samples)
    shown = (
        samples,
        denormalize(drawn_again[..., np.newaxis]),
        data.x_train[table["example_index"]],
        data.x_train[table["counterexample_index"]],
    )
    return np.stack(shown, axis=1)


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
    """Suggest causes, let a person's judgements override them, count them, and choose cases.

    Args:
        mistaken: results of `mistakes`.
        judged: a person's causes by `test_index`, joined by `;`.
        remarks: a person's remarks by `test_index`.
        cases: number of cases to choose.
    """
    table = mistaken.tables["mistakes"]
    samples = measured(table)
    suggestions = [suggest(sample) for sample in samples]
    stand = chosen_cases.standing(table, suggestions, judged, remarks)
    chosen = chosen_cases.choose(stand, samples, cases)
    return Results(
        metrics={**chosen_cases.counts(stand), "cases": len(chosen)},
        tables={
            "causes": stand,
            "suggestions": chosen_cases.reasons(table, suggestions),
            "shares": chosen_cases.shares(stand),
            "cases": chosen_cases.tabulate(table, stand, chosen),
        },
        arrays={"case_images": mistaken.arrays["images"][[row for row, _ in chosen]]},
    )


@uses(classifier=classification.run, autoencoder=encoding.run)
def run(study: Study, *, classifier: Results, autoencoder: Results) -> None:
    """Encode all images, find neighbours, compare the mistakes, and name their causes.

    Args:
        study: the study.
        classifier: results of `classification.final`.
        autoencoder: results of `encoding.final`.

    Raises:
        StageError: the file of judgements is invalid.
    """
    data = load(study.profile, study.seed).sample
    encoded = study.stage(encode, data=data, autoencoder=autoencoder)
    study.stage(neighbors, draw=explained.nearest, data=data, encoded=encoded, k=CONFIG.neighbors)
    mistaken = study.stage(
        mistakes,
        draw=explained.mistakes,
        data=data,
        encoded=encoded,
        classifier=classifier,
        autoencoder=autoencoder,
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
    """Read causes and remarks by `test_index`, as plain values for the fingerprint."""
    samples: list[int] = mistaken.arrays["test_index"].tolist()
    try:
        found = judgements.read(judgements.path(study.name), study.profile, samples)
    except JudgementError as error:
        raise StageError(str(error)) from error
    return judgements.as_texts(found)
