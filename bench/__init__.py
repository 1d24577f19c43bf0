"""What `make bench` measures: the rates and times that Osler promises, on a server of its own."""
