"""Measures of classifiers, their intervals, and tests for two of them on the same samples."""

from lib.metrics.classification import accuracy, class_table, confusion_table, macro_f1
from lib.metrics.intervals import Interval, wilson_interval
from lib.metrics.paired import Comparison, mcnemar_test, paired_bootstrap, paired_t_test

__all__ = [
    "Comparison",
    "Interval",
    "accuracy",
    "class_table",
    "confusion_table",
    "macro_f1",
    "mcnemar_test",
    "paired_bootstrap",
    "paired_t_test",
    "wilson_interval",
]
