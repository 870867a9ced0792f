"""What the report on `fashion` asks, and the evidence that each answer may use."""

from report.studies.fashion.classification import (
    DataSet,
    FinalModel,
    InitialModel,
    Metric,
    Regularization,
    Tuning,
)
from report.studies.fashion.encoding import Autoencoder, Codes
from report.studies.fashion.explainability import Causes
from report.study import Question, Section, Study

STUDY = Study(
    "fashion",
    "Classifying, encoding and explaining Fashion-MNIST",
    (
        Section(
            "Classification",
            (
                Question("1", "What in this data set will be hard", DataSet, (1, 3)),
                Question("2", "The metric, and the reason for it", Metric, (1, 3)),
                Question("3", "What the first network’s curves say", InitialModel, (1, 3)),
                Question("4", "Which hyperparameters were tuned, and how", Tuning, (1, 3)),
                Question("5", "Whether dropout helped", Regularization, (1, 3)),
                Question("6", "How long the final network was trained", FinalModel, (1, 3)),
            ),
        ),
        Section(
            "Encoding",
            (
                Question("7", "What reconstructions lose as the code shrinks", Codes, (2, 4)),
                Question("8", "How good the final reconstructions are", Autoencoder, (2, 4)),
            ),
        ),
        Section("Explaining", (Question("9", "What limits the classifier", Causes, (4, 7)),)),
    ),
)
