"""Evidence: values that name the run behind them, the rules that derive more, and verdicts."""
