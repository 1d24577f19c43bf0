"""One invented patient's chart as view-models, by subject."""
