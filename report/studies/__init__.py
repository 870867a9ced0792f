"""The studies that can be reported on, one module each."""

from report.studies import fashion, features, scratch, sketches, transfer
from report.study import Study

STUDIES: tuple[Study, ...] = (
    fashion.STUDY,
    features.STUDY,
    scratch.STUDY,
    sketches.STUDY,
    transfer.STUDY,
)
