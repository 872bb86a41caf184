from pages.shared.session import Runs
from pages.shared.settings import Settings


def show(runs: Runs, settings: Settings) -> None:
    pass
