"""A run as a Jupyter notebook: the parts of the script, each with its words above it."""

from core.codegen.script import Section, sections
from core.config import TrainConfig


def notebook(config: TrainConfig, epochs: int | None = None) -> str:
    """Return the notebook that repeats a run, as nbformat 4 JSON; the same config gives the same text.

    Raises as core.codegen.script.sections does.
    """
    from nbformat import v4, writes  # takes a moment to import, and is seldom asked for

    cells = []
    for number, section in enumerate(sections(config, epochs)):
        folded = {"jupyter": {"source_hidden": True}} if section.folded else {}
        cells.append(v4.new_markdown_cell(_markdown(section, number), id=f"words-{number}"))
        cells.append(v4.new_code_cell(section.code.strip("\n"), id=f"code-{number}", metadata=folded))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    return writes(notebook, version=4) + "\n"  # pyright: ignore[reportArgumentType]: typed by its default alone


def _markdown(section: Section, number: int) -> str:
    heading = f"## {number}. {section.heading}" if number else f"# {section.heading}"
    formula = f"\n\n$${section.formula}$$" if section.formula else ""
    return f"{heading}\n\n{section.words}{formula}"
