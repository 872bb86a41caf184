from pages.ui.page_frame import frame

with frame() as page:
    page.run()
