"""The audit: one authenticated row for every request, sealed every second, checkable at any time (ADR 2)."""
