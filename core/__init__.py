import os

# Before PyTorch is imported: else Intel's MKL keeps a megabyte of its own for each thread that has ever multiplied.
os.environ.setdefault("MKL_DISABLE_FAST_MM", "1")
