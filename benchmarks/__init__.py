"""How fast Satsuma is, against baselines in the same run. `make bench` and `python -m benchmarks` call it."""
