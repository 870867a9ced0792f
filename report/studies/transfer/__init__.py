"""What the report on `transfer` asks, and the evidence that each answer may use.

The specification labels the questions of exercises 3 and 4 with letters; the numbers of the others
follow its order. The two parts of exercise 3 use the same letters, so a number distinguishes them.
"""

from report.delivery import COLLABORATION, GENERATIVE_AI, Delivery, Document
from report.studies.transfer.codes import (
    Compression,
    DenseModels,
    DenseTraining,
    Length,
    Machines,
    Reconstructions,
)
from report.studies.transfer.denoising import Code, Denoising, Hourglass, Noise, Training
from report.studies.transfer.food import Amounts, Features, FineTuning, Heads
from report.studies.transfer.paths import Callback, Networks, Results
from report.studies.transfer.review import Freezing, Pretraining, SelfSupervision, Usage
from report.study import Question, Section, Study

STUDY = Study(
    "transfer",
    "Multi-path networks, transfer learning and autoencoders",
    (
        Section(
            "Networks that are not a chain",
            (
                Question("1.1", "Which networks we built", Networks),
                Question(
                    "1.2", "What the callback keeps, and the bias of watching test images", Callback
                ),
                Question("1.3", "Which configuration is best", Results),
            ),
        ),
        Section(
            "Features from another data set",
            (
                Question("2.1", "The photographs, and how they become features", Features),
                Question("2.2", "Which network and which head", Heads),
                Question("2.3", "What fine-tuning adds", FineTuning),
                Question("2.4", "What the number of photographs changes", Amounts),
            ),
        ),
        Section(
            "A shallow dense autoencoder",
            (
                Question("3.1 a", "The length of the code", Length),
                Question("3.1 b", "The layers", DenseModels),
                Question("3.1 c", "Encoder, decoder and autoencoder", DenseModels),
                Question("3.1 d", "Training it", DenseTraining),
                Question("3.1 e", "Letters, their codes and reconstructions", Reconstructions),
                Question("3.1 f", "What the compression costs and gains", Compression),
                Question("3.1 g", "Classifying codes instead of pixels", Machines),
            ),
        ),
        Section(
            "A convolutional denoising autoencoder",
            (
                Question("3.2 a", "Its layers, and whether it is an hourglass", Hourglass),
                Question("3.2 b", "Whether its code could compress", Code),
                Question("3.2 c", "The noise", Noise),
                Question("3.2 d", "Training it", Training),
                Question("3.2 e", "What it removes", Denoising),
            ),
        ),
        Section(
            "Review",
            (
                Question("4 a", "When the functional API is needed", Networks),
                Question("4 b", "Advantages of pretrained features", Pretraining),
                Question("4 c", "Freezing, and the size of the training set", Freezing),
                Question("4 d", "What autoencoders can be used for", Usage),
                Question("4 e", "When codes are good features", Usage),
                Question("4 f", "Self-supervised learning"),
                Question("4 g", "When to learn features from one’s own images", SelfSupervision),
            ),
        ),
    ),
    statements=(GENERATIVE_AI, COLLABORATION),
    delivery=Delivery(
        report="PW12_{names}",
        code="PW12_{names}",
        enclosed=True,
        documents=(
            Document(
                "paths.tuning",
                "trials",
                "every network with every learning rate",
                "paths_trials",
            ),
            Document("paths.final", "networks", "the networks on CIFAR-10, means over the seeds"),
            Document(
                "food.tuning", "trials", "every trial of the search for a head", "food_trials"
            ),
            Document("food.final", "heads", "every head on all training photographs"),
            Document("food.final", "amounts", "every method and number of photographs"),
            Document("codes.final", "machines", "the support vector machines"),
            Document("denoising.final", "levels", "errors at each level of noise"),
        ),
    ),
)
