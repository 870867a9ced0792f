"""The answer language: a template and its evidence become prose, figures and tables."""
