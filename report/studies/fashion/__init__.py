"""What the report on `fashion` asks, and the evidence that each answer may use."""

from report.delivery import COLLABORATION, GENERATIVE_AI, Delivery, Document, Judged
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
    statements=(GENERATIVE_AI, COLLABORATION),
    judged=Judged(mistakes="explainability.mistakes", causes="explainability.causes"),
    delivery=Delivery(
        # The assignment's format joins the names by `_`; its example, by `-`. The format is
        # followed: it keeps the names apart, even if a family name itself contains a `-`.
        report="ReportP2_group{group}_{names}",
        code="CodeP2_group{group}_{names}",
        lock="course.txt",  # the versions that the course prescribes
        python="3.12",
        documents=(
            Document(
                "classification.tuning", "trials", "every trial of the grid, with its accuracy"
            ),
            Document(
                "classification.regularization", "pairs", "each seed with dropout and without"
            ),
            Document("classification.final", "final.yaml", "how to rebuild the classifier"),
            Document(
                "encoding.tuning", "trials", "every trial of the autoencoder", "encoding_trials"
            ),
            Document("encoding.shrink", "sizes", "the error at each size of the code"),
            Document("encoding.final", "autoencoder.yaml", "how to rebuild the autoencoder"),
            Document("explainability.causes", "causes", "the causes of each misclassification"),
        ),
    ),
)
