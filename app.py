from pages.shared.frame import frame

with frame() as page:
    page.run()
