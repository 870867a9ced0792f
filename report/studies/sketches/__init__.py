"""What the report on `sketches` asks, in the specification's labels, and the evidence for it."""

from report.delivery import COLLABORATION, GENERATIVE_AI, Attempt, Delivery, Flat, Written
from report.studies.sketches.failures import Flips, FlipTraining, Mistakes, Noise
from report.studies.sketches.networks import (
    Baselines,
    Chosen,
    ConvolutionCurve,
    ConvolutionSearch,
    DenseCurve,
    DenseWeights,
    Designs,
    Look,
    Rate,
    Sharing,
    Tests,
)
from report.study import Question, Section, Study

MAX_BYTES = 1_000_000  # of a model file
# Each program, named after the experiment its files come from, and its predictions' file name.
PREDICTIONS = {
    "densenet": "densenet_predictions.csv",
    "convnet": "convnet_predictions.csv",
    "bestmodel": "best_model_predictions.csv",
}
FLAT = Flat(
    folder="experiments/sketches/handin",
    programs=tuple(f"main_{name}.py" for name in PREDICTIONS),
    package="utils",
    modules=("accuracies",),
    readme="README.md",
    tried=(Written("bestmodel.designs", "tried.md", "README.md"),),
    files=(
        *(Written(f"{name}.final", f"{name}.pt", f"{name}.pt", MAX_BYTES) for name in PREDICTIONS),
        *(
            Written(f"{name}.final", "predictions.csv", written)
            for name, written in PREDICTIONS.items()
        ),
    ),
    attempts=tuple(
        Attempt(
            (
                *(f"main_{name}.py", "--mode", "predict", "--weights", f"{name}.pt"),
                *("--predictionsFile", "{output}"),
            ),
            written,
            (Written(f"{name}.final", "images.npy", "datasets/fruit_test_images.npy"),),
        )
        for name, written in PREDICTIONS.items()
    ),
)

STUDY = Study(
    "sketches",
    "Dense, convolutional and best networks for sketches, and how they fail",
    (
        Section("The sketches", (Question("1.3.2", "What the sketches look like", Look, (2, 5)),)),
        Section(
            "A network of two dense layers",
            (
                Question("1.5.8a", "How accurate random labels are", Baselines, (1, 2)),
                Question("1.5.8b", "How accurate a majority vote is", Baselines, (1, 2)),
                Question("1.5.9a", "How many weights there are", DenseWeights, (1, 2)),
                Question("1.5.9b", "How many biases there are", DenseWeights, (1, 2)),
                Question("1.5.10", "Which learning rate was chosen", Rate, (1, 4)),
                Question("1.5.11", "How its accuracy develops", DenseCurve, (1, 4)),
                Question("1.5.12", "How to get more out of few images", {}, (2, 6)),
            ),
        ),
        Section(
            "A convolutional network that is too simple",
            (
                Question("1.6.2", "What sharing weights changes", Sharing, (2, 6)),
                Question("1.6.5", "How its accuracy develops", ConvolutionCurve, (1, 4)),
                Question("1.6.6", "Which settings were chosen", Chosen, (2, 6)),
                Question("1.6.7", "Its validation accuracy", ConvolutionSearch, (1, 3)),
            ),
        ),
        Section(
            "The best network under a megabyte",
            (
                Question("1.7.3", "Which designs were tried", Designs, (2, 7)),
                Question("1.7.4", "Test accuracy of all three networks", Tests, (2, 6)),
            ),
        ),
        Section(
            "How the best network fails",
            (
                Question("1.8.4a", "What sets its mistakes apart", Mistakes, (2, 6)),
                Question("1.8.4b", "Whether they are harder for people", Mistakes, (1, 4)),
                Question("1.8.6", "Sketches with noise", Noise, (1, 4)),
                Question("1.8.7", "Whether they are still classified correctly", Noise, (1, 5)),
                Question("1.8.10", "Flipped sketches", Flips, (1, 6)),
                Question(
                    "1.8.11", "Whether that is a failure, and how to fix it", FlipTraining, (3, 9)
                ),
            ),
        ),
    ),
    statements=(GENERATIVE_AI, COLLABORATION),
    delivery=Delivery(
        report="{student_id}_hw3_programming",
        code="{student_id}_code",
        flat=FLAT,
    ),
)
