"""Deleting content in the window: the two dialogs, the run behind them, legal holds."""
