"""The evidence for 1.4.4: embeddings of the layers, and what they keep."""

from report.evidence.declarations import Declared, Evidence
from report.evidence.stages import Stage, threshold
from report.studies.features.clothes import AGAINST

embedded = Stage("projection.layers")
PIXELS, CONVOLUTION, DENSE, LAST = range(4)  # rows of the table: pixels, then the large network
LENET_LAST, SMALL_LAST = 6, 9
SAME = 0.5  # share of a sample's neighbours


def against(first: str, second: str, meaning: str) -> Declared:
    """Compare nearest-neighbour predictions for the same images in two representations."""
    return embedded.compare(
        f"y_pred_{first}", f"y_pred_{second}", truth="y_true", meaning=meaning, **AGAINST
    )


def cell(row: int, column: str, meaning: str) -> Declared:
    """Read a layer's number from the table."""
    return embedded.cell("layers", column, meaning, row=row)


class Layers(Evidence):
    """How well the layers separate the classes (1.4.4)."""

    samples = embedded.count("samples", "test images that are embedded")
    per_class = embedded.count("per_class", "images of each class")
    neighbors = embedded.count("neighbors", "neighbours that vote on a label")
    pixels = cell(PIXELS, "neighbor_accuracy", "accuracy of neighbours on pixels")
    convolution = cell(CONVOLUTION, "neighbor_accuracy", "accuracy of neighbours, convolution")
    last = embedded.share("last_accuracy", "samples", "accuracy of neighbours on the last layer")
    depth = against(
        "full_own_large_last", "full_pixels", "neighbours on the last layer against pixels"
    )
    early = against(
        "full_own_large_convolution", "full_pixels", "neighbours on the convolution against pixels"
    )
    lenet_depth = against("full_lenet_last", "full_pixels", "LeNet’s last layer against pixels")
    pixels_pca = cell(
        PIXELS, "neighbor_accuracy_pca_2", "k-NN accuracy on two principal components, pixels"
    )
    pixels_tsne = cell(
        PIXELS, "neighbor_accuracy_tsne_2", "k-NN accuracy in the t-SNE plane, pixels"
    )
    last_pca = cell(
        LAST, "neighbor_accuracy_pca_2", "k-NN accuracy on two principal components, last layer"
    )
    last_tsne = cell(
        LAST, "neighbor_accuracy_tsne_2", "k-NN accuracy in the t-SNE plane, last layer"
    )
    on_pixels = against("tsne_2_pixels", "pca_2_pixels", "t-SNE against PCA on pixels")
    on_last = against(
        "tsne_2_own_large_last", "pca_2_own_large_last", "t-SNE against PCA on the last layer"
    )
    third = against(
        "pca_3_own_large_last",
        "pca_2_own_large_last",
        "three components against fewer, last layer",
    )
    pixels_explained = cell(PIXELS, "explained_2", "variance of pixels in two components")
    last_explained = cell(LAST, "explained_2", "variance of the last layer in two components")
    pixels_trust_pca = cell(PIXELS, "trust_pca_2", "trustworthiness of PCA of pixels")
    pixels_trust_tsne = cell(PIXELS, "trust_tsne_2", "trustworthiness of t-SNE of pixels")
    pixels_silhouette = cell(PIXELS, "silhouette", "mean silhouette of the classes in pixels")
    last_silhouette = cell(LAST, "silhouette", "mean silhouette of the classes in the last layer")
    apart = threshold(
        "last_silhouette",
        at_least=0.25,
        outcomes=("apart", "not clearly apart"),
        meaning="whether classes lie apart in the last layer",
    )
    common = cell(LAST, "common_neighbors", "neighbours that both seeds of t-SNE share, last layer")
    stable = threshold(
        "common",
        at_least=SAME,
        outcomes=("mostly the same", "mostly others"),
        meaning="whether a second seed gives the same neighbours",
    )
    measured = embedded.table(
        "layers",
        "what each embedding keeps",
        known_to={
            "neighbor_accuracy": "last",
            "neighbor_accuracy_pca_2": "last",
            "neighbor_accuracy_tsne_2": "last",
        },
    )
    silhouettes = embedded.table("silhouettes", "silhouettes of each class")
    large_plane = embedded.figure("own_large_plane", "layers of the large network in the plane")
    large_space = embedded.figure("own_large_space", "layers of the large network in space")
    lenet_plane = embedded.figure("lenet_plane", "layers of LeNet in the plane")
    lenet_space = embedded.figure("lenet_space", "layers of LeNet in space")
    small_plane = embedded.figure("own_small_plane", "layers of the small network in the plane")
    small_space = embedded.figure("own_small_space", "layers of the small network in space")
    pixels_plane = embedded.figure("pixels_plane", "pixels in the plane")
    pixels_space = embedded.figure("pixels_space", "pixels in space")
