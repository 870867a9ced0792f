"""The evidence for Questions 1.1-1.3: networks on CIFAR-10, and what their callbacks keep."""

from report.evidence.declarations import Evidence
from report.evidence.stages import Stage, difference

explore, diagrams = Stage("paths.explore"), Stage("paths.diagrams")
tuning, final = Stage("paths.tuning"), Stage("paths.final")
reload = Stage("paths.reload")
SMALLEST = 0.005  # smallest difference in accuracy that counts


class Networks(Evidence):
    """Which networks were built (Questions 1.1 and 4 a)."""

    count = diagrams.count("networks", "networks that were built")
    networks = diagrams.figure("networks", "the layers of all networks and how they are connected")
    keras_plot = diagrams.figure("keras_residual", "Keras’ own plot of the residual network")
    samples = explore.figure("samples", "a few images of each class, as published")
    train_samples = explore.count("train_samples", "training images")
    val_samples = explore.count("val_samples", "validation images")
    test_samples = explore.count("test_samples", "test images")
    classes = explore.count("classes", "classes")
    copies = explore.count("duplicates", "exact copies of another image")
    dropout = final.setting("dropout", "dropout rate before the classifier")


class Callback(Evidence):
    """What the callbacks keep (Question 1.2)."""

    seeds = final.count("seeds", "seeds of each network")
    patience = final.setting("patience", "epochs without a better validation accuracy")
    max_epochs = final.setting("max_epochs", "maximum number of epochs")
    flattery = final.metric(
        "mean_flattery", "mean excess of the accuracy reported by watching the test images"
    )
    largest = final.metric("largest_flattery", "that excess for the network with the largest")
    watching = final.compare_seeds(
        "callbacks",
        "test_accuracy",
        seed="training",
        baseline={"watched": "validation"},
        outcomes=("flatters", "understates the accuracy", "makes no measurable difference"),
        meaning="test accuracy kept by test images against kept by validation images",
    )
    pairs = final.figure("pairs", "test accuracy with each callback, one line per training run")
    test_accuracy = reload.share(
        "test_accuracy", "test_samples", "test accuracy of the kept network, loaded again"
    )


class Results(Evidence):
    """Which configuration is best (Question 1.3)."""

    best = final.text("best_network", "network with the highest mean validation accuracy")
    rival = final.text("compared_with", "network that it is compared with")
    accuracy = final.metric("test_best_accuracy", "its test accuracy, mean over seeds")
    spread = final.metric("test_best_spread", "standard deviation of this accuracy over seeds")
    train_accuracy = final.metric("train_best_accuracy", "its training accuracy, mean over seeds")
    baseline = final.metric("test_baseline_accuracy", "the baseline’s test accuracy, mean")
    baseline_spread = final.metric("test_baseline_spread", "standard deviation of that")
    parameters = final.count("best_parameters", "weights of the best network")
    gap = difference("train_accuracy", "accuracy", "training minus test accuracy")
    seconds = final.seconds("best_seconds_per_epoch", "seconds per epoch of the best network")
    seeds = final.count("seeds", "seeds of each network")
    train_samples = final.count("train_samples", "images they were trained on")
    trial_count = tuning.count("trials", "pairs of network and learning rate that were compared")
    rates = tuning.figure("trials", "validation accuracy of each network and learning rate")
    all_networks = final.table(
        "networks",
        "all networks",
        known_to={
            "test_accuracy": "one_test_accuracy",
            "train_accuracy": "one_test_accuracy",
            "watched_test_accuracy": "one_test_accuracy",
        },
    )
    one_test_accuracy = reload.share(
        "test_accuracy", "test_samples", "test accuracy of the best network’s first seed"
    )
    gain = final.compare(
        "y_pred_best",
        "y_pred_rival",
        outcomes=("beats", "loses to", "is not measurably different from"),
        smallest=SMALLEST,
        meaning="the best network against the one it is compared with, first seeds",
    )
    curves = final.figure("curves", "accuracies of the best network after each epoch")
