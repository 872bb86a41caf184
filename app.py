from pages.ui.heading import show_heading

page = show_heading()

# A new process imports PyTorch here, for seconds in which the first visitor reads the heading.
from pages.ui.page_frame import frame  # noqa: E402

with frame(page):
    page.run()
