"""Metrics for classifiers and reconstructions, confidence intervals and paired tests."""

from lib.metrics.classification import accuracy, class_table, confusion_table, macro_f1
from lib.metrics.intervals import Interval, wilson_interval
from lib.metrics.paired import Comparison, paired_bootstrap, paired_t_test
from lib.metrics.reconstruction import class_errors, detail_kept, psnr, squared_errors

__all__ = [
    "Comparison",
    "Interval",
    "accuracy",
    "class_errors",
    "class_table",
    "confusion_table",
    "detail_kept",
    "macro_f1",
    "paired_bootstrap",
    "paired_t_test",
    "psnr",
    "squared_errors",
    "wilson_interval",
]
