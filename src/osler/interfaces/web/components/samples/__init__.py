"""Invented people and their records as view-models, for the gallery and for tests."""
