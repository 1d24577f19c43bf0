"""The code tables of the demo clinic: small, written by hand, and checked against the published systems in the tests."""
