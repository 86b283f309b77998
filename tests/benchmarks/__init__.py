"""How fast we are, as ratios against bare baselines measured in the same run.

A module named `bench_*` has a function `benchmarks()` that returns its `Benchmark`s; see `timing`.
"""
