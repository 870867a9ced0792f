"""The evidence for Questions 1-6: the data, how the classifier was trained, and its test result."""

from report.evidence.declarations import Evidence
from report.evidence.stages import Stage, difference, ratio, threshold

GAP_THAT_MATTERS = (
    0.02  # smallest gap, training minus validation accuracy, that we call overfitting
)
SMALLEST_GAIN = 0.002  # smallest gain in validation accuracy that counts: two images in a thousand
BALANCED = 0.9  # smallest ratio of smallest to largest class that we call balanced

explore, initial = Stage("classification.explore"), Stage("classification.initial")
tuning, regularization = Stage("classification.tuning"), Stage("classification.regularization")
final, reload = Stage("classification.final"), Stage("classification.reload")


class DataSet(Evidence):
    """What exploring the data showed (Question 1)."""

    images = explore.count("images", "images in all parts together")
    classes = explore.count("classes", "classes")
    neighbor_error = explore.share(
        "neighbor_error", "neighbor_samples", "share of images whose nearest neighbour differs"
    )
    alike_first = explore.text("most_alike_first", "one class of the pair that is most alike")
    alike_second = explore.text("most_alike_second", "the other class of that pair")
    alike_share = explore.metric(
        "most_alike_share", "share of that pair’s images nearest to the other class"
    )
    near_duplicates = explore.count("near_duplicates", "pairs of images that are nearly the same")
    contradictions = explore.count(
        "near_duplicates_labelled_differently", "such pairs whose labels differ"
    )
    samples = explore.figure("samples", "a few images of each class, as published")
    class_counts = explore.figure("class_counts", "images of each class in each part")
    alike = explore.figure("alike", "which class an image’s nearest neighbour belongs to")


class Metric(Evidence):
    """Why the metric was chosen (Question 2)."""

    smallest_share = explore.metric("smallest_class_share", "training share of the rarest class")
    largest_share = explore.metric("largest_class_share", "training share of the commonest class")
    balance = threshold(
        ratio("smallest_share", "largest_share", "rarest class over commonest class"),
        at_least=BALANCED,
        outcomes=("balanced", "imbalanced"),
        meaning="whether the classes are balanced",
    )
    macro_f1 = initial.metric("final_val_macro_f1", "first network’s macro F1 on validation data")
    val_accuracy = initial.share(
        "final_val_accuracy", "val_samples", "first network’s validation accuracy"
    )


class InitialModel(Evidence):
    """How the first network learned (Question 3)."""

    epochs = initial.setting("epochs", "epochs that the first network was trained for")
    train_accuracy = initial.share(
        "final_train_accuracy", "train_samples", "training accuracy after the last epoch"
    )
    val_accuracy = initial.share(
        "final_val_accuracy", "val_samples", "validation accuracy after the last epoch"
    )
    gap = difference("train_accuracy", "val_accuracy", "training minus validation accuracy")
    best_epoch = initial.count("best_epoch", "epoch with the lowest validation loss")
    fit = threshold(
        "gap",
        at_least=GAP_THAT_MATTERS,
        outcomes=("overfits", "generalises"),
        meaning="whether the first network overfits",
    )
    loss = threshold(
        ratio("best_epoch", "epochs", "best epoch over all epochs"),
        at_least=1.0,
        outcomes=("still fell", "had turned"),
        meaning="whether the validation loss still fell at the end",
    )
    curves = initial.figure("curves", "loss and accuracy after each epoch")
    architecture = initial.figure("architecture", "the network’s layers")


class Tuning(Evidence):
    """How the hyperparameters were searched (Question 4)."""

    trials = tuning.table(
        "trials", "all trials, one a row", known_to={"best_val_accuracy": "best_val_accuracy"}
    )
    grid = tuning.figure("trials", "validation accuracy of every pair of values")
    trial_count = tuning.count("trials", "trials of the search")
    best_val_accuracy = tuning.share(
        "best_val_accuracy", "val_samples", "highest validation accuracy of a trial"
    )
    worst_val_accuracy = tuning.share(
        "worst_val_accuracy", "val_samples", "lowest validation accuracy of a trial"
    )
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
    gap_without = regularization.metric("gap_without", "training minus validation accuracy without")


class FinalModel(Evidence):
    """How long the final network was trained, and what it reached (Question 6)."""

    epochs = final.setting("epochs", "epochs that the final network was trained for")
    patience = regularization.setting("patience", "epochs without progress before stopping")
    max_epochs = regularization.setting("max_epochs", "most epochs of a repetition")
    repetitions = regularization.count("repetitions", "repetitions whose median epoch it is")
    train_samples = final.count("train_samples", "images it was trained on")
    test_accuracy = final.share("test_accuracy", "test_samples", "test accuracy")
    test_samples = final.count("test_samples", "test images")
    reproduced = reload.count("reproduced_labels", "test labels that the reloaded network repeats")
    curves = final.figure("curves", "training loss and accuracy after each epoch")
    confusion = final.figure("confusion", "true classes against predicted ones")
    samples = reload.figure("samples", "random test images with true and predicted labels")
