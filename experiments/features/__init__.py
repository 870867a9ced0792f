"""Design a network for clothes, look inside it, generate faces, explain pretrained networks."""

from experiments.features import attribution, classifier, faces, projection
from lib.tracking import Study


def run(study: Study) -> None:
    """Run the experiments on clothes and, in parallel, those that need no clothes classifier.

    Of the latter, those whose data is not found are skipped.
    """
    study.side_by_side(_clothes, _others)


def _clothes(study: Study) -> None:
    trained = classifier.run(study)

    def explain(study: Study) -> None:
        attribution.run_own(study, trained=trained)

    def project(study: Study) -> None:
        projection.run(study, trained=trained)

    study.side_by_side(explain, project)


def _others(study: Study) -> None:
    with study.going_on_without("faces"):
        faces.run(study)
    with study.going_on_without("attribution"):
        attribution.run_pretrained(study)
