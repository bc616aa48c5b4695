"""Benchmarks: scripts/bench/copy, scripts/bench/cold-start and scripts/bench/compatibility-matrix."""
