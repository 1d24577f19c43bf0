"""Rules and alerts: what the record should say when something is ordered. Pure functions over given facts."""
