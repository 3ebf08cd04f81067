"""Benchmarks in one run, with the machine; `make bench` prints them. Tests never measure time."""
