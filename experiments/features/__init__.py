"""Design a network for clothes, look inside it, generate faces, explain pretrained networks."""

from collections.abc import Mapping

from experiments.features import attribution, classifier, faces, projection
from lib.tracking import Results, Study


def run(study: Study) -> None:
    """Run the study's experiments, those on clothes and those on faces side by side.

    Those whose data is nowhere to be found are left out.
    """
    study.side_by_side(_clothes, _faces)


def _clothes(study: Study) -> None:
    trained = classifier.run(study)

    def project(study: Study) -> None:
        projection.run(study, trained=trained)

    def explain(study: Study) -> None:
        _explain(study, trained)

    study.side_by_side(explain, project)


def _faces(study: Study) -> None:
    with study.going_on_without("faces"):
        faces.run(study)


def _explain(study: Study, trained: Mapping[str, Results]) -> None:
    with study.going_on_without("attribution"):
        attribution.run(study, trained=trained)
