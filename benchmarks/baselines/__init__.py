"""What a good user of another library would write for the same segmentation, independent of the compiler.

Each module has `prepared(frame, segmentation)`: it lays the typed companies out as the library likes them and returns
what is raced. The outcome has `id`, `score`, `segment` and `present`.
"""
