"""Speed, measured: `python -m benchmarks` prints one table from one interleaved run."""
