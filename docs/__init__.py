"""A package, so that `docs.handbook` is found whatever else is installed."""
