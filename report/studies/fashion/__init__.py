"""What the report on `fashion` asks, and the evidence that each answer may use.

A field is declared once, annotated with its meaning, and read once, in `read`. That is all that
it takes to offer an answer a new value: `python -m report vocabulary fashion` then lists it.
"""

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
from report.study import Question, Study

STUDY = Study(
    name="fashion",
    title="Classifying, encoding and explaining Fashion-MNIST",
    questions=(
        Question(1, "What in this data set will be hard", 1, 3, DataSet),
        Question(2, "The metric, and the reason for it", 1, 3, Metric),
        Question(3, "What the first network’s curves say", 1, 3, InitialModel),
        Question(4, "Which hyperparameters were tuned, and how", 1, 3, Tuning),
        Question(5, "Whether dropout helped", 1, 3, Regularization),
        Question(6, "How long the final network was trained", 1, 3, FinalModel),
        Question(7, "What reconstructions lose as the code shrinks", 2, 4, Codes),
        Question(8, "How good the final autoencoder’s reconstructions are", 2, 4, Autoencoder),
        Question(9, "What limits the classifier", 4, 7, Causes),
    ),
)
