"""The vocabulary that the experiments share; knows no experiment and no report."""
