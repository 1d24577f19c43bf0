"""What the terminology operations share: their parameters, and how they reach the resources of the record."""
