"""Write the plans and worksheets of docs/teaching anew: python -m pages.ui.teaching"""

from argparse import ArgumentParser
from pathlib import Path

from core.scheduler import prepare_thread, prepare_torch
from pages.ui.teaching.documents import BASE, COMMAND, documents

FOLDER = Path(__file__).parents[3] / "docs" / "teaching"


def main() -> None:
    parser = ArgumentParser(prog=COMMAND, description="Write the plans and worksheets for those who teach.")
    parser.add_argument("--base", default=BASE, help="the address of the app (%(default)s)")
    base = parser.parse_args().base.rstrip("/")
    prepare_torch()
    prepare_thread()
    for name, text in documents(base).items():
        file = FOLDER / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        print(file)


if __name__ == "__main__":
    main()
