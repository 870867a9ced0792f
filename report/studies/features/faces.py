"""The evidence for 2.3: the variational autoencoder, its losses, reconstructions and paths."""

from report.evidence.declarations import Evidence
from report.evidence.stages import Stage, difference, smallest, threshold

weighting, small = Stage("faces.weighting"), Stage("faces.final_small")
large, judged, walked = Stage("faces.final"), Stage("faces.judge"), Stage("faces.interpolation")
TOLD = 0.05  # accuracy above always predicting the larger group, for informative scores
MOST = 0.9  # share of paths that we call nearly all


class Architecture(Evidence):
    """The layers of the VAE (2.3.1)."""

    units = large.setting("coding.latent_dim", "units of the large VAE’s code")
    parameters = large.count("parameters", "parameters of the large VAE")
    small_units = small.setting("coding.latent_dim", "units of the small VAE’s code")
    small_parameters = small.count("parameters", "parameters of the small VAE")
    diagram = large.figure("architecture", "layers of the large VAE")
    small_diagram = small.figure("architecture", "layers of the small VAE")


class Implementation(Evidence):
    """Losses, weights and training (2.3.2)."""

    train_samples = large.count("train_samples", "training faces, large VAE")
    test_samples = large.count("test_samples", "faces of people not in the training set, large set")
    small_samples = small.count("train_samples", "training faces, small VAE")
    epochs = large.setting("coding.epochs", "epochs of the large VAE")
    small_epochs = small.setting("coding.epochs", "epochs of the small VAEs")
    batch_size = large.setting("coding.batch_size", "batch size of the large VAE")
    weight = weighting.setting("best_weight", "weight of the divergence that was kept")
    large_weight = large.setting("weight", "weight of the divergence, large VAE")
    good = weighting.metric("good", "error per pixel below which a weight may be kept")
    good_weights = weighting.count("good_weights", "weights whose error is below that")
    enough = threshold(
        "good_weights",
        at_least=1,
        outcomes=("is reached", "is not reached"),
        meaning="whether any weight leads to a low error",
    )
    lowest = weighting.metric("lowest_val_pixel_error", "lowest validation error of all weights")
    pca = weighting.metric(
        "pca_val_pixel_error", "validation error of PCA with the same code length"
    )
    collapsed = weighting.count("collapsed", "weights with a collapsed posterior")
    collapse = threshold(
        "collapsed",
        at_least=1,
        outcomes=("collapsed", "did not collapse"),
        meaning="whether a posterior collapsed",
    )
    nats = weighting.metric(
        "most_nats_of_a_collapsed_code", "divergence below which a posterior is called collapsed"
    )
    weights = weighting.table("weights", "the error and the divergence of each weight")
    trade = weighting.figure("trade", "error against divergence")
    faces = weighting.figure("reconstructions", "faces reconstructed with each weight")
    curves = large.figure("curves", "both terms of the loss by epoch")


class Reconstruction(Evidence):
    """Errors on people not trained on, compared with PCA (2.3.3)."""

    small_error = small.metric("test_pixel_error", "test error of the small VAE")
    small_pca = small.metric("pca_test_pixel_error", "test error of PCA, small set")
    small_samples = small.count(
        "test_samples", "faces of people not in the training set, small set"
    )
    small_nats = small.metric("test_divergence", "divergence of the small VAE, nats per face")
    small_active = small.count("active_units", "active units of the small VAE")
    small_units = small.count("units", "units of the small VAE")
    small_against = small.compare_samples(
        "errors",
        "pca_errors",
        outcomes=("loses to", "beats", "is not measurably different from"),
        meaning="error of the small VAE minus that of PCA",
    )
    error = large.metric("test_pixel_error", "test error of the large VAE")
    pca = large.metric("pca_test_pixel_error", "test error of PCA, large set")
    samples = large.count("test_samples", "faces of people not in the training set, large set")
    nats = large.metric("test_divergence", "divergence of the large VAE, nats per face")
    summed = large.metric("test_summed_error", "squared error of the large VAE, summed over a face")
    active = large.count("active_units", "active units of the large VAE")
    units = large.count("units", "units of the large VAE")
    against = large.compare_samples(
        "errors",
        "pca_errors",
        outcomes=("loses to", "beats", "is not measurably different from"),
        meaning="error of the large VAE minus that of PCA",
    )
    small_faces = small.figure("reconstructions", "reconstructions of the small set")
    faces = large.figure("reconstructions", "reconstructions of the large set")


class Interpolation(Evidence):
    """Paths between codes, and whether they lead from one group to the other (2.3.4)."""

    first = walked.text("first", "the group at the end of a path")
    second = walked.text("second", "the group at the start of a path")
    pairs = walked.count("pairs", "pairs of people")
    rising = walked.share("rising_share", "pairs", "paths whose score rises with α")
    most_rise = threshold(
        "rising",
        at_least=MOST,
        outcomes=("nearly all", "not all"),
        meaning="whether nearly all paths rise",
    )
    ends = walked.compare_samples(
        "scores_of_first",
        "scores_of_second",
        outcomes=("higher", "lower", "not measurably different"),
        meaning="score at the end of a path minus that at its start",
    )
    group_path = walked.decision(
        "group_path_rises",
        outcomes=("rises at every step", "does not rise at every step"),
        by=(),
        meaning="whether the score rises along the path between group means",
    )
    judge_photographs = judged.share(
        "val_accuracy_of_photographs", "val_samples", "the judge’s accuracy on photographs"
    )
    judge_drawn = judged.share(
        "val_accuracy_of_reconstructions", "val_samples", "the judge’s accuracy on reconstructions"
    )
    commoner = judged.share("val_share_of_larger", "val_samples", "share of the larger group")
    told = threshold(
        difference(
            smallest("judge_photographs", "judge_drawn", meaning="the lower of its accuracies"),
            "commoner",
            meaning="its lower accuracy minus that of always predicting the larger group",
        ),
        at_least=TOLD,
        outcomes=("tells", "hardly tells"),
        meaning="whether the judge tells the groups apart",
    )
    path = walked.table("path", "mean scores along the paths")
    faces = walked.figure("faces", "faces along the paths")
    scores = walked.figure("scores", "scores along the paths")
    prior = large.figure("prior", "faces decoded from random codes")
