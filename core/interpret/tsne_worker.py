"""The process of core.interpret.tsne: rows come in by stdin, places go out by stdout, progress by stderr.

It imports nothing of the app, so that it needs neither torch nor its memory.
"""

import io
import os
import sys
from contextlib import redirect_stdout

import numpy as np


def main(components: int, seed: int) -> None:
    """Read float32 [N, d] as a .npy and write float32 [N, components]."""
    if hasattr(os, "nice"):
        os.nice(10)  # whoever trains or turns pages goes first
    rows = np.load(io.BytesIO(sys.stdin.buffer.read()), allow_pickle=False)
    from sklearn.manifold import TSNE  # takes seconds

    with redirect_stdout(sys.stderr):
        places = TSNE(
            components, perplexity=min(30.0, (len(rows) - 1) / 3), init="pca", random_state=seed, verbose=2
        ).fit_transform(rows)
    written = io.BytesIO()
    np.save(written, places.astype(np.float32), allow_pickle=False)
    sys.stdout.buffer.write(written.getvalue())


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
