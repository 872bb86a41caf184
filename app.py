from pages.ui.heading import show_heading

page = show_heading()

# A new process imports PyTorch here, for seconds in which the first visitor reads the heading.
from pages.ui.page_frame import frame  # noqa: E402
from pages.ui.presenter import presented  # noqa: E402

with presented(page), frame(page):
    page.run()
