"""The evidence for Questions 1-6: the data, how the classifier was trained, and its test result."""

from report.evidence.declarations import Evidence
from report.evidence.stages import Stage, difference, ratio, threshold

GAP_THAT_MATTERS = 0.02  # training minus validation accuracy from which we call it overfitting
SMALLEST_GAIN = 0.002  # smallest gain in validation accuracy that counts: two images in a thousand
BALANCED = 0.9  # smallest ratio of smallest to largest class that we call balanced

explore = Stage("classification.explore", "neighbor_samples")
initial = Stage("classification.initial", "val_samples")
tuning = Stage("classification.tuning", "val_samples")
regularization = Stage("classification.regularization")
final, reload = Stage("classification.final", "test_samples"), Stage("classification.reload")


class DataSet(Evidence):
    """What exploring the data showed (Question 1)."""

    images = explore.count("images", "images in all parts together")
    neighbor_error = explore.rate(
        "neighbor_error", "share of images whose nearest neighbour has another label"
    )
    alike_first = explore.text("most_alike_first", "first class of the most confused pair")
    alike_second = explore.text("most_alike_second", "second class of the most confused pair")
    near_duplicates = explore.count("near_duplicates", "pairs of nearly identical images")
    contradictions = explore.count(
        "near_duplicates_labelled_differently", "such pairs whose labels differ"
    )
    samples = explore.figure("samples", "a few images of each class, as published")
    alike = explore.figure("alike", "which class an image’s nearest neighbour belongs to")


class Metric(Evidence):
    """Why the metric was chosen (Question 2)."""

    smallest_share = explore.metric("smallest_class_share", "training share of the rarest class")
    largest_share = explore.metric("largest_class_share", "training share of the commonest class")
    balance = threshold(
        ratio("smallest_share", "largest_share", "rarest class over commonest class"),
        BALANCED,
        ("balanced", "imbalanced"),
        "whether the classes are balanced",
    )
    macro_f1 = initial.metric("final_val_macro_f1", "first network’s macro F1 on validation data")
    val_accuracy = initial.rate("final_val_accuracy", "first network’s validation accuracy")


class InitialModel(Evidence):
    """How the first network learned (Question 3)."""

    epochs = initial.setting("epochs", "epochs that the first network was trained for")
    train_accuracy = initial.share(
        "final_train_accuracy", "train_samples", "training accuracy after the last epoch"
    )
    val_accuracy = Metric.val_accuracy
    gap = difference("train_accuracy", "val_accuracy", "training minus validation accuracy")
    best_epoch = initial.count("best_epoch", "epoch with the lowest validation loss")
    fit = threshold("gap", GAP_THAT_MATTERS, ("overfits", "generalises"), "whether it overfits")
    loss = threshold(
        ratio("best_epoch", "epochs", "best epoch over all epochs"),
        1.0,
        ("still fell", "had turned"),
        "whether the validation loss still fell at the end",
    )
    curves = initial.figure("curves", "loss and accuracy after each epoch")
    architecture = initial.figure("architecture", "the network’s layers")


class Tuning(Evidence):
    """How the hyperparameters were searched (Question 4)."""

    trials = tuning.table("trials", "all trials", {"best_val_accuracy": "best_val_accuracy"})
    grid = tuning.figure("trials", "validation accuracy of every pair of values")
    trial_count = tuning.count("trials", "trials of the search")
    best_val_accuracy = tuning.rate("best_val_accuracy", "highest validation accuracy")
    worst_val_accuracy = tuning.rate("worst_val_accuracy", "lowest validation accuracy")
    best_learning_rate = tuning.setting("best_learning_rate", "learning rate of the chosen trial")
    best_dense_units = tuning.setting("best_dense_units", "hidden units of the chosen trial")


class Regularization(Evidence):
    """What dropout did (Question 5)."""

    pairs = regularization.table("pairs", "each repetition with and without dropout")
    arms = regularization.figure("pairs", "accuracies of the pairs, and their mean difference")
    repetitions = regularization.count("repetitions", "repetitions, each with its own seed")
    help = regularization.compare_seeds(
        "pairs",
        "best_val_accuracy",
        seed="repetition",
        baseline={"dropout": 0.0},
        outcomes=("helped", "hurt", "made no measurable difference"),
        smallest=SMALLEST_GAIN,
        meaning="validation accuracy with dropout against without",
    )
    gap_with = regularization.metric("gap_with", "training minus validation accuracy, dropout")
    gap_without = regularization.metric(
        "gap_without", "training minus validation accuracy, no dropout"
    )


class FinalModel(Evidence):
    """How long the final network was trained, and how accurate it is (Question 6)."""

    epochs = final.setting("epochs", "epochs that the final network was trained for")
    patience = regularization.setting("patience", "epochs without progress before stopping")
    max_epochs = regularization.setting("max_epochs", "maximum number of epochs per repetition")
    repetitions = Regularization.repetitions
    train_samples = final.count("train_samples", "images it was trained on")
    test_accuracy = final.rate("test_accuracy", "test accuracy")
    test_samples = final.count("test_samples", "test images")
    reproduced = reload.count("reproduced_labels", "test labels that the reloaded network repeats")
    confusion = final.figure("confusion", "true classes against predicted ones")
    samples = reload.figure("samples", "random test images with true and predicted labels")
