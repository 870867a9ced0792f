"""Design a network for clothes, look inside it, generate faces, explain pretrained networks."""

from experiments.features import attribution, classifier, faces, projection
from lib.tracking import Study


def run(study: Study) -> None:
    """Run the study's experiments in order, without those whose data is nowhere to be found."""
    trained = classifier.run(study)
    projection.run(study, trained=trained)
    with study.going_on_without("faces"):
        faces.run(study)
    with study.going_on_without("attribution"):
        attribution.run(study, trained=trained)
