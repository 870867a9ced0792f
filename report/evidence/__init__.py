"""Evidence: values that name their run, the rules that derive further values, and verdicts."""
