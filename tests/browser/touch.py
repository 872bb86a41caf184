"""Fingers on a touch screen, as Chromium's own input makes them."""

from collections.abc import Sequence

from playwright.sync_api import Page

Point = tuple[float, float]


class Fingers:
    """Moves fingers on a page whose context has a touch screen; places are in pixels of the screen."""

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)

    def stroke(self, points: Sequence[Point]) -> None:
        """Draw with one finger."""
        self._send("touchStart", points[0])
        for point in points[1:]:
            self._send("touchMove", point)
        self._send("touchEnd")

    def pinch(self, center: Point, apart: Sequence[float]) -> None:
        """Put two fingers down, one a moment after the other, and move them to these distances from the center."""
        x, y = center
        self._send("touchStart", (x - apart[0], y))
        for distance in apart:
            self._send("touchMove" if distance != apart[0] else "touchStart", (x - distance, y), (x + distance, y))
        self._send("touchEnd")

    def _send(self, kind: str, *points: Point) -> None:
        touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
