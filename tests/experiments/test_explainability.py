"""The stages of `explainability` on stand-in data, with small networks made for it."""

import dataclasses
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from contract import causes as judgements
from contract.causes import Cause, Judgement
from contract.names import Profile
from experiments.__main__ import main
from experiments.fashion import classification, compression, explainability, explained
from experiments.fashion.explainability import causes, encode, mistakes, neighbors
from experiments.fashion.recipe import recipe
from lib import metrics, training
from lib.data import Split, normalize
from lib.data.sets import standin
from lib.tracking import Results, StageError
from tests.eager import eagerly

SEED = 2


@dataclasses.dataclass(frozen=True)
class Made:
    """What is explained, and the stages' results until the mistakes."""

    data: Split
    classifier: Results
    autoencoder: Results
    encoded: Results
    mistaken: Results

    @eagerly
    def mistakes(self, **changed: Any) -> Results:
        """Call the stage again, some inputs changed."""
        inputs = {
            "data": self.data,
            "encoded": self.encoded,
            "classifier": self.classifier,
            "autoencoder": self.autoencoder,
            "seed": SEED,
            "count": 6,
            "k": 5,
        }
        return mistakes(**{**inputs, **changed})


@pytest.fixture(scope="module")
@eagerly
def made() -> Made:
    """Small networks, hardly trained, and what they lead to."""
    data = standin.images(n_train=120, n_val=40, n_test=60, seed=SEED)
    classifier = classification.final(
        data, seed=SEED, learning_rate=1e-3, dense_units=16, dropout=0.0, epochs=1, batch_size=32
    )
    images, unseen = normalize(data.x_train), normalize(data.x_test)
    settings: dict[str, Any] = {"latent_features": 4, "width": 4, "learning_rate": 1e-3}
    model, _ = compression.train(images, **settings, epochs=1, batch_size=32, seed=SEED)
    autoencoder = Results(
        arrays={"test_error": metrics.squared_errors(unseen, training.predict(model, unseen))},
        files={
            compression.FILES.weights: training.weights_to_bytes(model),
            compression.FILES.recipe: recipe(
                model,
                data,
                settings=settings,
                optimizer={"name": "Adam"},
                schedule={"epochs": 1},
                weights=compression.FILES.weights,
            ),
        },
    )
    encoded = encode(data, autoencoder=autoencoder, seed=SEED)
    before = Made(data, classifier, autoencoder, encoded, Results())
    return dataclasses.replace(before, mistaken=before.mistakes())


def distances_to(made: Made, index: int) -> np.ndarray:
    query = made.encoded.arrays["test_codes"][index].astype(np.float64)
    return np.linalg.norm(made.encoded.arrays["train_codes"] - query, axis=1)


@pytest.mark.timeout(300)
def test_all_training_images_are_encoded_validation_included(made: Made) -> None:
    assert made.encoded.arrays["train_codes"].shape == (160, 64)
    assert made.encoded.metrics["train_samples"] == 160
    assert made.encoded.tables["yardsticks"]["class"].tolist() == list(made.data.class_names)


def test_ten_neighbors_of_a_random_test_image_are_the_nearest(made: Made) -> None:
    found = neighbors(made.data, encoded=made.encoded, seed=SEED, k=10)
    index = int(found.metrics["test_index"])
    table, apart = found.tables["neighbors"], distances_to(made, index)
    np.testing.assert_allclose(table["distance"], np.sort(apart)[:10], rtol=1e-4)
    np.testing.assert_allclose(apart[table["train_index"]], table["distance"], rtol=1e-4)
    whole = made.data.with_complete_training()
    np.testing.assert_array_equal(found.arrays["images"][0], made.data.x_test[index])
    np.testing.assert_array_equal(found.arrays["images"][1:], whole.x_train[table["train_index"]])
    texts = [text.get_text() for axes in explained.nearest(found)["neighbors"].axes
             for text in axes.texts]  # fmt: skip
    assert texts[:2] == [found.params["class"], "test image"]
    assert table["class"][0] in texts


def test_mistakes_are_misclassified_and_stand_beside_their_nearest(made: Made) -> None:
    table, whole = made.mistaken.tables["mistakes"], made.data.with_complete_training()
    assert len(table) == made.mistaken.metrics["mistakes"] == 6
    for number, row in enumerate(table.to_dict("records")):
        index, apart = row["test_index"], distances_to(made, row["test_index"])
        label = made.data.y_test[index]
        assert made.classifier.arrays["y_test_pred"][index] != label
        own, other = whole.y_train == label, whole.y_train != label
        assert row["example_index"] == np.where(own, apart, np.inf).argmin()
        assert row["counterexample_index"] == np.where(other, apart, np.inf).argmin()
        np.testing.assert_allclose(row["example_distance"], apart[own].min(), rtol=1e-6)
        np.testing.assert_allclose(row["counterexample_distance"], apart[other].min(), rtol=1e-6)
        shown = made.mistaken.arrays["images"][number]
        np.testing.assert_array_equal(shown[0], made.data.x_test[index])
        np.testing.assert_array_equal(shown[2], whole.x_train[row["example_index"]])
        np.testing.assert_array_equal(shown[3], whole.x_train[row["counterexample_index"]])


def test_fewer_mistakes_than_asked_for_are_all_taken(made: Made) -> None:
    wrong = np.flatnonzero(made.classifier.arrays["y_test_pred"] != made.data.y_test)
    found = made.mistakes(count=1000)
    assert found.tables["mistakes"]["test_index"].tolist() == wrong.tolist()
    assert found.metrics["mistakes"] == found.metrics["test_errors"] == len(wrong)


def test_a_classifier_that_errs_nowhere_is_refused(made: Made) -> None:
    right = dataclasses.replace(made.data, y_test=made.classifier.arrays["y_test_pred"])
    with pytest.raises(StageError, match="none among 60"):
        made.mistakes(data=right)


def test_a_classifier_that_predicts_otherwise_than_when_tested_is_refused(made: Made) -> None:
    other = made.classifier.arrays["y_test_pred"].copy()
    other[:2] = (other[:2] + 1) % len(made.data.class_names)
    changed = Results(files=made.classifier.files, arrays={"y_test_pred": other})
    with pytest.raises(StageError, match="2 of 60 differ"):
        made.mistakes(classifier=changed)


def test_causes_are_suggested_for_all_and_judgements_win(made: Made) -> None:
    first = str(made.mistaken.tables["mistakes"]["test_index"][0])
    found = causes(mistaken=made.mistaken, judged={first: "noise"}, remarks={}, cases=4)
    stand = found.tables["causes"]
    assert (stand["causes"][0], stand["by"][0]) == ("noise", "judged")
    assert (stand["by"][1:] == "suggested").all()
    assert set(found.tables["suggestions"]["test_index"]) == set(stand["test_index"])
    assert found.metrics["judged"] == 1
    assert len(found.tables["cases"]) == found.metrics["cases"] == 4
    assert found.tables["cases"]["test_index"].is_unique
    drawn = explained.causes(found)
    assert sorted(drawn) == ["case_1", "case_2", "case_3", "case_4", "distribution"]
    bars = drawn["distribution"].axes[0].containers
    assert [bar.get_width() for bar in bars[0]] == found.tables["shares"]["samples"].tolist()


def test_the_figure_of_all_mistakes_names_their_labels(made: Made) -> None:
    (figure,) = explained.mistakes(made.mistaken).values()
    texts = [text.get_text() for axes in figure.axes for text in axes.texts]
    row = made.mistaken.tables["mistakes"].iloc[0]
    assert texts[:4] == [
        row["true"], f"≠ {row['predicted']}", row["true"], f"{row['example_distance']:.1f}",
    ]  # fmt: skip


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the study looks for judgements."""
    place = tmp_path / "causes.csv"
    monkeypatch.setattr(judgements, "path", lambda study: place)
    return place


def read(made: Made) -> tuple[dict[str, str], dict[str, str]]:
    study: Any = SimpleNamespace(name="fashion", profile=Profile.SMOKE)
    return explainability._judgements(study, made.mistaken)


def test_judgements_enter_as_plain_values(made: Made, file: Path) -> None:
    assert read(made) == ({}, {})
    first, second = made.mistaken.tables["mistakes"]["test_index"][:2].tolist()
    said = [
        Judgement(first, (Cause.OVERFITTING, Cause.NOISE), "blurred"),
        Judgement(second, (), "look again"),
    ]
    judgements.write(file, said, Profile.SMOKE)
    assert read(made) == (
        {str(first): "noise;overfitting"},
        {str(first): "blurred", str(second): "look again"},
    )


def test_a_judgement_of_another_sample_is_refused_with_its_line(made: Made, file: Path) -> None:
    right = np.flatnonzero(made.classifier.arrays["y_test_pred"] == made.data.y_test)[0]
    judgements.write(file, [Judgement(int(right), (Cause.NOISE,))], Profile.SMOKE)
    with pytest.raises(StageError, match=rf"causes\.csv, line 2: .* test_index={right} "):
        read(made)


def test_without_finished_runs_the_command_that_makes_them_is_named(
    tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mlflow.db").write_bytes(migrated.read_bytes())
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'mlflow.db'}")
    args = ["run", "fashion.explainability", "--profile", "smoke"]
    result = CliRunner().invoke(main, args)
    assert result.exit_code == 1
    assert "Expected a finished run of classification.explore" in result.output
    assert "python -m experiments run fashion --profile smoke --seed 1" in result.output
