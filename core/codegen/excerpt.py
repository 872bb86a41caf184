"""Parts of the app's own source that stand alone, so that what is exported is the code that ran."""

import ast
import inspect
from dataclasses import dataclass
from types import ModuleType


@dataclass(frozen=True)
class Excerpt:
    """Definitions of a module in their order, and the import lines that they need."""

    imports: tuple[str, ...]
    code: str


def excerpt(module: ModuleType, name: str) -> Excerpt:
    """Return a function of a module with all that it makes use of: the module's other functions, classes and constants.

    Raises:
        ValueError: it needs something that is not in the module, in PyTorch or in Python itself.
    """
    lines = inspect.getsource(module).splitlines()
    tree = ast.parse("\n".join(lines))
    definitions = {bound: node for node in tree.body for bound in _bound(node)}
    imported = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    imports = {alias.asname or alias.name: (node, alias) for node in imported for alias in node.names}
    wanted, found, brought = [name], {}, set()
    while wanted:
        name = wanted.pop()
        if name in definitions and name not in found:
            found[name] = definitions[name]
            wanted += {inner.id for inner in ast.walk(definitions[name]) if isinstance(inner, ast.Name)}
        elif name in imports:
            brought.add(_import_line(*imports[name]))
    code = ""
    for node in sorted(found.values(), key=lambda node: node.lineno):
        apart = "\n\n" if code and isinstance(node, ast.FunctionDef | ast.ClassDef) else ""
        code += apart + "\n".join(_lines_of(node, lines)) + "\n"
    return Excerpt(tuple(sorted(brought)), code)


def _bound(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    return []


def _import_line(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    line = ast.unparse(
        ast.Import([alias]) if isinstance(node, ast.Import) else ast.ImportFrom(node.module, [alias], node.level)
    )
    source = (node.module or "core") if isinstance(node, ast.ImportFrom) else alias.name  # "from . import" is the app's
    if source.split(".")[0] == "core":
        raise ValueError(f"“{line}” cannot be taken along")
    return line


def _lines_of(node: ast.stmt, lines: list[str]) -> list[str]:
    """Return the lines of a definition, with its decorators and the comment right above it."""
    first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, "decorator_list", []))]) - 1
    while first and lines[first - 1].startswith("#"):
        first -= 1
    return lines[first : node.end_lineno]
