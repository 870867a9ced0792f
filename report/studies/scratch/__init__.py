"""What the report on `scratch` asks, and the evidence that each answer may use.

The specification numbers no questions; these follow its order.
"""

from report.studies.scratch.choosing import CrossValidation
from report.studies.scratch.neighbors import Descriptors, Neighbors
from report.studies.scratch.perceptron import Gradients, Losses, Perceptron
from report.study import Question, Study

STUDY = Study(
    name="scratch",
    title="Nearest neighbours and a perceptron on CIFAR-10, in plain NumPy",
    questions=(
        Question(1, "How accuracy varies with the number of neighbours", 2, 5, Neighbors),
        Question(2, "The gradients, by the chain rule", 3, 10, Gradients),
        Question(3, "What one-hot labels and the cross-entropy change", 2, 6, Losses),
        Question(4, "What the perceptron’s curve shows, and why it stops there", 3, 8, Perceptron),
        Question(5, "What descriptors give instead of pixels", 2, 6, Descriptors),
        Question(
            6,
            "What cross-validation chooses, and how far it is to be trusted",
            2,
            6,
            CrossValidation,
        ),
    ),
)
