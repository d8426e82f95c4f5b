"""One segmentation becomes one dataframe expression, run by any engine. Called by `cli`."""
