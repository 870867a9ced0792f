"""What the report on `features` asks, and the evidence that each answer may use.

Sections 1.4, 2.3 and 3.3 of the specification list what the report must contain; the last number
of a label is an item's position in its list.
"""

from report.delivery import COLLABORATION, GENERATIVE_AI, Delivery, Document
from report.studies.features.attribution import Comparison, Formulas, Maps
from report.studies.features.clothes import Accuracies, Designs, Losses
from report.studies.features.faces import (
    Architecture,
    Implementation,
    Interpolation,
    Reconstruction,
)
from report.studies.features.layers import Layers
from report.study import Question, Section, Study

STUDY = Study(
    "features",
    "Classifying clothes, reconstructing faces and explaining networks",
    (
        Section(
            "Classifying clothes",
            (
                Question("1.4.1", "The networks, and why they are built like this", Designs),
                Question("1.4.2", "Loss on training and test images", Losses),
                Question("1.4.3", "Accuracy on training and test images", Accuracies),
                Question("1.4.4", "How the layers separate the classes", Layers),
            ),
        ),
        Section(
            "Reconstructing faces",
            (
                Question("2.3.1", "The variational autoencoder", Architecture),
                Question("2.3.2", "How it is implemented and trained", Implementation),
                Question("2.3.3", "What it reconstructs", Reconstruction),
                Question("2.3.4", "Interpolating between faces", Interpolation),
            ),
        ),
        Section(
            "Explaining networks",
            (
                Question("3.3.1", "The maps of each method", Maps),
                Question("3.3.2", "How the methods compare", Comparison),
                Question("3.3.3", "The formulas", Formulas),
            ),
        ),
    ),
    statements=(GENERATIVE_AI, COLLABORATION),
    delivery=Delivery(
        report="Report_{names}",
        code="Code_{names}",
        documents=(
            Document(
                "classifier.ablations", "summary", "the design without each part", "ablations"
            ),
            Document(
                "classifier.small_ablations",
                "summary",
                "the small design without each part",
                "small_ablations",
            ),
            Document("classifier.final", "classes", "precision and recall of each class"),
            Document("projection.layers", "silhouettes", "silhouettes of each class and layer"),
            Document("faces.weighting", "weights", "errors and divergences by weight"),
            Document("attribution.own", "scores", "scores of our own network’s maps", "own_scores"),
            Document(
                "attribution.mobilenet",
                "scores",
                "scores of MobileNet’s maps",
                "mobilenet_scores",
            ),
            Document(
                "attribution.efficientnet",
                "scores",
                "scores of EfficientNet’s maps",
                "efficientnet_scores",
            ),
        ),
    ),
)
