"""What the report on `scratch` asks, and the evidence that each answer may use.

The specification numbers no questions; these follow its order.
"""

from report.delivery import COLLABORATION, GENERATIVE_AI
from report.studies.scratch.neighbors import Descriptors, Neighbors
from report.studies.scratch.perceptron import CrossValidation, Gradients, Losses, Perceptron
from report.study import Question, Section, Study

STUDY = Study(
    "scratch",
    "Nearest neighbours and a perceptron on CIFAR-10, in plain NumPy",
    (
        Section(
            "",
            (
                Question("1", "How accuracy varies with k", Neighbors, (2, 5)),
                Question("2", "The gradients, by the chain rule", Gradients, (3, 10)),
                Question("3", "What one-hot labels and the cross-entropy change", Losses, (2, 6)),
                Question("4", "Why the perceptron’s curve stops there", Perceptron, (3, 8)),
                Question("5", "What descriptors give instead of pixels", Descriptors, (2, 6)),
                Question("6", "What cross-validation chooses", CrossValidation, (2, 6)),
            ),
        ),
    ),
    statements=(GENERATIVE_AI, COLLABORATION),
)
