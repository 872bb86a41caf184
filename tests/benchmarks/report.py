"""Tables in plain text that are Markdown too; each row is printed as soon as it is measured."""

import argparse
from collections.abc import Sequence


class Table:
    """Print the head now and a row at each `row`; a column is as wide as its heading, so headings set the widths."""

    def __init__(self, *columns: str) -> None:
        self._widths = [len(column) for column in columns]
        self.row(*columns)
        first, *others = self._widths
        print("|".join(["", "-" * (first + 2), *("-" * (width + 1) + ":" for width in others), ""]))

    def row(self, *cells: object) -> None:
        """Print one row: the first cell to the left, the others, which are numbers, to the right."""
        first, *others = zip(map(str, cells), self._widths, strict=True)
        padded = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
        print("| " + " | ".join(padded) + " |", flush=True)


def parser(benchmark: str, description: str | None) -> argparse.ArgumentParser:
    """Return the parser for what a benchmark is given; its description is the benchmark's own docstring."""
    return argparse.ArgumentParser(
        prog=f"python -m tests.benchmarks.{benchmark}",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def percent(share: float) -> str:
    """Write an accuracy in [0, 1] as a percentage."""
    return f"{share:.2%}"


def spread(shares: Sequence[float]) -> str:
    """Write the lowest and highest of some accuracies."""
    return f"{min(shares):.2%} to {max(shares):.2%}"
