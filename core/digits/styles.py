"""The ways in which people of many countries write the ten digits, and signs that are none."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

_FINE = 8  # points along a curve from one control point to the next


@dataclass(frozen=True)
class Style:
    """One way to write a sign.

    `path` lists control points "x,y" on a sheet of 100x100, y pointing down, in the order of the pen. A smooth curve
    runs through them (Catmull-Rom); "!" after a point makes it a corner; ";" lifts the pen.
    """

    label: str
    path: str

    @cached_property
    def controls(self) -> list[np.ndarray]:
        """Control points of each stroke, [n, 2]."""
        return [
            np.array([[float(number) for number in point.rstrip("!").split(",")] for point in stroke.split()])
            for stroke in self.path.split(";")
        ]

    @cached_property
    def weights(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """For each stroke the matrices [points, controls] whose product with the controls is the curve and, with
        straight lines in its stead, the polyline."""
        weights = []
        for stroke in self.path.split(";"):
            points = stroke.split()
            corners = [k for k, point in enumerate(points) if point.endswith("!")]
            weights.append((_curve(len(points), corners), _curve(len(points), range(len(points)))))
        return weights


def _curve(count: int, corners: list[int] | range) -> np.ndarray:
    """Weights [points, count] of a Catmull-Rom spline through `count` control points that turns sharply at corners.

    Source: E. Catmull and R. Rom, "A class of local interpolating splines", 1974; between two points p1 and p2 with
    tangents m1, m2 it is the cubic Hermite curve.
    """
    eye = np.eye(count)
    t = np.linspace(0, 1, _FINE, endpoint=False)[:, None]
    rows = []
    for k in range(count - 1):
        start, end = eye[k], eye[k + 1]
        chord = end - start
        smooth_start, smooth_end = k > 0 and k not in corners, k + 1 < count - 1 and k + 1 not in corners
        leave = (end - eye[k - 1]) / 2 if smooth_start else chord
        arrive = (eye[k + 2] - start) / 2 if smooth_end else chord
        rows.append(
            (2 * t**3 - 3 * t**2 + 1) * start
            + (t**3 - 2 * t**2 + t) * leave
            + (3 * t**2 - 2 * t**3) * end
            + (t**3 - t**2) * arrive
        )
    return np.concatenate([*rows, eye[-1:]])


STYLES: dict[int, list[Style]] = {
    0: [
        Style("closed oval", "52,4 24,18 14,52 26,88 54,97 80,80 86,46 76,14 52,4"),
        Style("clockwise oval", "46,4 76,14 86,50 74,88 46,97 20,80 14,46 24,16 48,4"),
        Style("open at the top", "56,6 26,16 14,50 26,90 54,97 80,80 84,44 72,8"),
        Style("narrow", "50,3 32,20 26,52 33,86 50,97 68,84 74,50 68,18 50,3"),
        Style("small loop at the top", "34,12 48,20 64,14 66,4 44,4 20,24 14,58 30,92 58,96 82,74 84,38 70,12 52,6"),
        Style("start inside", "62,16 48,5 24,20 14,56 30,92 58,97 82,74 82,34 62,8 42,12"),
        Style("round", "50,6 16,22 4,52 16,84 50,96 84,84 96,52 84,20 50,6"),
        Style("leaning", "74,6 34,24 12,60 22,92 48,94 78,60 90,24 70,4"),
        Style("slash", "52,4 24,18 14,52 26,88 54,97 80,80 86,46 76,14 52,4; 78,12 52,50 24,90"),
        Style("long slash", "50,8 26,20 16,52 28,84 52,92 76,80 84,50 74,20 50,8; 98,-2 50,50 4,104"),
        Style("slash from below", "46,4 76,14 86,50 74,88 46,97 20,80 14,46 24,16 48,4; 10,96 50,50 92,6"),
        Style("short slash", "52,4 24,18 14,52 26,88 54,97 80,80 86,46 76,14 52,4; 66,32 50,50 36,70"),
        Style("slash in one stroke", "72,10 40,4 16,30 16,72 44,97 76,82 86,44 74,10! 48,50 18,96"),
        Style("slash in one stroke, long", "80,14 44,6 16,34 18,76 48,95 78,78 84,40 76,8! 44,54 4,104"),
        Style("backslash", "52,4 24,18 14,52 26,88 54,97 80,80 86,46 76,14 52,4; 16,8 50,50 86,94"),
        Style("flat and wide", "50,24 16,30 2,52 18,74 52,80 86,72 98,50 84,30 50,24"),
        Style(
            "twice round",
            "50,4 22,20 14,52 26,88 52,97 78,82 86,48 74,14 46,8 24,26 20,56 34,88 56,92 76,76 80,44 66,14",
        ),
        Style(
            "twice round, inside",
            "54,4 22,16 10,52 26,90 56,97 84,78 88,42 70,14 46,16 30,34 26,58 40,80 62,78 74,54 66,34",
        ),
        Style("crossed at the top", "62,2 34,22 16,54 28,90 54,97 80,78 84,44 66,18 36,6"),
    ],
    1: [
        Style("line", "50,2 50,50 50,98"),
        Style("short flag", "33,32 52,3! 52,50 52,98"),
        Style("flag and foot", "32,29 52,3! 52,50 52,97!; 28,97 76,97"),
        Style("flag and foot in one stroke", "32,29 52,3! 52,96! 30,97! 76,97"),
        Style("foot", "50,2 50,97; 28,97 72,97"),
        Style("long flag", "12,50 36,28 57,3! 57,50 56,98"),
        Style("small hook", "38,20 46,14 53,3! 53,50 53,98"),
        Style("slanted line", "60,2 50,50 40,98"),
        Style("from below", "50,98 51,50 52,2"),
        Style("very long flag", "4,64 32,34 62,3! 61,50 60,98"),
        Style("long curved flag", "8,44 34,30 58,3! 58,50 57,98"),
        Style("long flag, slanted", "14,58 44,30 70,3! 60,50 48,98"),
        Style("long flag and foot", "10,52 36,28 58,3! 58,97!; 28,97 88,97"),
    ],
    2: [
        Style("round", "16,26 30,8 54,3 76,16 74,42 48,70 14,96! 50,95 86,95"),
        Style("loop at the foot", "18,24 36,5 64,6 78,28 64,56 36,82 16,93 10,84 22,75 44,84 66,95 88,92"),
        Style("like a Z", "18,14 34,7 58,6 80,12! 48,50 14,94! 50,94 86,93"),
        Style("wavy foot", "20,30 28,9 54,3 78,18 72,46 42,78 16,96! 38,88 62,96 88,90"),
        Style("hooked start", "26,34 16,24 28,6 56,3 78,20 70,48 42,76 14,96! 50,95 84,96"),
        Style("low and wide", "8,30 26,8 56,6 78,26 62,56 32,80 6,94! 50,93 96,92"),
        Style("small loop, long foot", "22,22 42,4 66,8 74,30 56,60 30,88 16,94 16,84 30,84 52,94 90,92"),
        Style("large loop at the foot", "18,20 40,5 68,10 76,34 60,64 34,92 12,94 6,76 24,64 48,76 70,92 94,86"),
        Style("curled start", "38,32 24,30 20,14 46,3 74,16 74,42 46,72 14,95! 50,95 88,94"),
        Style("tiny loop at the foot", "16,24 34,5 62,6 78,26 66,54 40,80 22,94 16,88 26,84 50,92 88,94"),
        Style("loop that rises", "18,26 38,4 68,10 74,36 52,66 24,92 10,90 14,76 34,78 58,94 76,98 94,82"),
        Style("large loop, small head", "30,18 50,5 68,16 62,44 38,84 14,96 4,80 22,66 52,78 96,84"),
    ],
    3: [
        Style("round", "18,14 44,3 74,14 72,36 42,47! 76,58 80,82 46,98 14,86"),
        Style("flat top", "16,6 50,5 80,5! 60,26 42,42! 70,46 84,68 68,94 38,97 14,86"),
        Style("loop in the middle", "18,14 48,3 74,18 62,40 44,50 36,44 46,42 72,54 80,78 52,98 14,86"),
        Style("smooth", "16,16 44,3 72,14 66,38 44,47 70,55 80,78 52,97 14,84"),
        Style("pointed", "18,8 48,4 72,18 66,34 36,46! 70,52 82,74 64,94 16,96"),
        Style("large belly", "26,12 48,3 66,14 62,32 42,40! 78,46 88,72 62,96 32,97 12,82"),
        Style("hooked start, small notch", "20,26 22,8 50,3 74,16 66,36 50,45! 74,54 80,80 52,97 22,92 14,78"),
        Style("wide, open", "10,14 44,4 82,16 68,36 40,46! 80,56 84,80 48,97 4,90"),
    ],
    4: [
        Style("open", "28,4 24,30 14,60! 50,61 88,60; 66,26 65,60 64,98"),
        Style("open, even arms", "24,4 22,30 18,58! 50,59 86,58; 70,4 68,50 66,98"),
        Style("closed", "60,3 38,34 10,67! 50,67 92,67; 61,3 61,50 61,98"),
        Style("closed, stem first", "61,3 61,50 61,98; 60,3 38,34 10,67! 50,67 92,67"),
        Style("closed in one stroke", "62,98 62,50 62,3! 38,34 8,67! 50,67 92,66"),
        Style("low bar", "64,3 36,38 8,76! 50,76 92,76; 62,38 62,98"),
        Style("short stem", "46,3 30,32 12,62! 50,62 90,62; 60,36 60,98"),
        Style("lightning", "30,3 24,28 16,58! 46,58 70,54!; 72,14 69,50 64,98"),
        Style("round arm", "22,6 20,34 34,54 54,54 72,44; 74,5 72,50 68,98"),
        Style("one stroke, looped", "30,4 20,34 16,58 40,62 70,54 78,28 74,10! 70,54 64,98"),
        Style("one stroke, round", "24,6 16,36 26,56 52,56 74,36 78,10! 72,54 60,98"),
        Style("one stroke, like a sail", "62,3 36,34 8,64 34,68 66,64 94,60 74,50 66,30! 62,64 58,98"),
        Style("one stroke, like a 9", "60,98 64,52 68,4! 40,26 12,56 34,64 66,58 92,52"),
        Style("one stroke, open", "26,5 22,30 18,56! 46,55 70,50! 73,12! 70,50 66,98"),
    ],
    5: [
        Style("one stroke", "82,5 56,5 30,7! 27,24 24,43! 48,37 76,48 78,78 50,97 14,88"),
        Style("bar last", "30,7 27,24 24,43! 48,37 76,48 78,78 50,97 14,88; 30,7 84,5"),
        Style("bar first", "30,6 56,5 84,5; 30,7 27,24 24,43! 48,37 76,48 78,78 50,97 14,88"),
        Style("like an S", "80,6 54,5 30,12 26,32 40,44 68,52 80,72 60,95 34,97 16,88"),
        Style("loose bar", "28,14 26,30 24,46! 50,40 76,52 76,82 46,97 14,88; 38,4 64,4 90,2"),
        Style("square shoulder", "78,4 24,4! 24,44! 60,42 82,60 76,88 46,97 16,92"),
        Style("small belly", "76,4 34,6! 30,50! 54,48 70,60 68,82 50,94 22,92"),
        Style("long bar, deep belly", "26,6 24,40! 54,34 80,56 74,86 44,98 16,84; 24,6 60,5 96,3"),
        Style("flying bar", "46,10 34,28 26,48! 56,46 68,66 48,92 14,90; 46,9 70,7 98,3"),
        Style("far bar", "28,28 26,46! 52,42 74,58 70,86 44,98 14,90; 46,8 72,4 100,0"),
        Style("rising bar", "34,22 26,46! 54,40 76,56 70,86 42,98 14,90; 36,18 66,8 94,-4"),
        Style("falling bar", "30,14 26,44! 52,38 76,54 72,84 44,98 14,88; 28,2 58,10 88,20"),
        Style("bar far above", "32,26 28,48! 54,44 74,60 70,86 44,98 16,90; 26,2 56,1 90,0"),
        Style("slanting back", "90,6 50,6! 36,24 26,42! 56,42 68,62 50,90 10,92"),
    ],
    6: [
        Style("straight", "62,3 38,32 19,66 30,94 58,97 78,78 66,57 42,58 22,76"),
        Style("curled", "76,14 56,4 30,22 15,58 24,90 52,98 78,82 72,58 46,54 20,72"),
        Style("upright", "34,3 24,40 20,72 36,95 62,94 76,74 62,55 36,58 21,74"),
        Style("small loop", "68,4 38,30 20,64 32,94 58,96 72,78 56,62 34,68 22,80"),
        Style("large loop", "60,3 28,30 12,64 28,95 62,97 88,70 70,46 40,48 16,66"),
        Style("loop that crosses", "64,3 34,34 20,70 38,97 68,90 76,66 54,56 30,68 10,82"),
        Style("open loop", "42,3 20,38 14,70 30,95 66,95 84,74 70,58 48,64 38,82"),
        Style("tiny loop", "70,3 42,28 24,58 24,84 40,97 56,92 58,80 46,74 34,82 28,92"),
        Style("tiny loop, upright", "44,3 32,40 26,74 32,94 48,97 58,88 52,78 40,80 30,90"),
        Style("tiny loop, curled", "76,10 54,4 30,28 18,62 24,90 46,98 60,88 54,76 40,78 28,90"),
        Style("low, wide loop", "52,3 24,36 10,72 28,95 66,95 92,80 76,64 44,68 20,84"),
    ],
    7: [
        Style("plain", "14,6 50,6 84,5! 62,44 42,97"),
        Style("crossbar", "14,6 50,6 84,5! 62,44 42,97; 32,52 56,50 82,48"),
        Style("serif", "15,24 16,6! 50,6 84,5! 62,46 42,97"),
        Style("serif and crossbar", "15,24 16,6! 50,6 84,5! 62,46 42,97; 32,52 56,51 80,49"),
        Style("curved", "14,12 36,8 60,9 82,8 70,32 52,60 46,97"),
        Style("wavy top", "10,16 24,6 50,10 86,5! 60,48 44,97"),
        Style("upright stem", "12,6 48,6 80,6! 74,50 66,98"),
        Style("wavy top and crossbar", "12,18 24,6 50,11 84,5! 58,48 44,97; 30,54 54,51 78,50"),
        Style("round top", "12,20 28,6 56,3 78,14 76,36 56,66 46,97"),
        Style("round top and crossbar", "12,20 28,6 54,4 78,14 76,34 58,62 46,97; 34,54 58,52 86,50"),
        Style("round top and long crossbar", "14,14 36,4 62,5 80,18 70,40 54,66 44,97; 18,58 54,52 96,46"),
        Style("slanting crossbar", "14,8 50,6 84,5! 62,46 42,97; 34,62 56,52 82,40"),
        Style("small head", "18,9 38,6 76,4! 52,48 32,98"),
        Style("hook and swing", "16,32 20,10! 46,14 80,5! 62,32 48,66 46,97"),
    ],
    8: [
        Style("S first", "74,16 50,3 26,17 36,40 64,56 78,78 52,98 22,82 34,58 62,40 74,18"),
        Style("two circles", "50,3 28,22 50,46 72,24 50,3; 50,46 20,72 50,98 80,72 50,46"),
        Style("from the middle", "50,48 28,30 36,6 64,6 74,28 50,48 22,70 34,96 66,96 80,72 50,48"),
        Style("mirrored", "26,16 50,3 74,17 64,40 36,56 22,78 48,98 78,82 66,58 38,40 26,18"),
        Style("open at the top", "70,8 40,4 26,20 40,42 68,60 76,82 50,98 24,82 36,58 62,36 78,10"),
        Style("narrow", "68,16 50,3 32,18 40,40 60,56 70,78 50,97 30,80 40,56 60,40 68,18"),
        Style("small head", "70,14 50,3 30,17 42,36 66,54 82,78 52,98 18,80 34,54 60,36 71,16"),
        Style("straight back", "78,6 46,6 28,22 44,42 70,60 74,84 50,98 26,84 36,62 78,6"),
        Style("ears", "84,20 54,4 28,16 38,40 62,60 66,86 42,98 24,82 42,56 66,34 90,10"),
    ],
    9: [
        Style("straight stem", "74,18 50,4 24,20 28,44 52,50 74,22! 73,60 70,98"),
        Style("curly tail", "76,20 50,4 22,22 30,48 58,48 77,20! 80,60 66,92 38,97 18,84"),
        Style("like a g", "74,16 48,4 24,22 34,46 60,42 76,16 78,54 70,86 46,98 22,88"),
        Style("slanted stem", "72,16 48,4 24,22 34,46 58,42 75,16! 62,58 46,98"),
        Style("circle and stick", "72,26 48,4 22,26 44,50 70,32; 74,6 73,50 71,98"),
        Style("smooth", "70,46 40,52 22,30 40,5 66,8 76,32 70,66 52,97"),
        Style("small circle", "70,16 50,4 30,20 36,42 56,42 70,18! 70,56 69,98"),
        Style("stem first", "72,4 72,50 70,98; 72,14 48,4 24,24 40,48 71,42"),
        Style("large head", "78,16 46,4 12,22 16,48 48,54 78,18! 77,60 75,96"),
        Style("hooked foot", "74,18 50,4 24,20 28,44 52,50 75,22! 78,60 70,88 54,97 38,90"),
        Style("far hooked foot", "76,18 50,4 22,18 26,44 52,50 77,22! 80,62 68,92 38,98 12,88 12,76"),
        Style("foot to the right", "72,18 50,4 26,20 30,44 52,50 74,22! 70,62 68,92 78,98 94,88"),
        Style("flat hooked foot", "76,16 48,4 22,22 30,46 56,44 76,18! 76,60 72,94 46,97 14,96"),
        Style("flat head", "80,12 44,6 18,24 34,40 60,36 80,12! 66,54 54,98"),
    ],
}

SIGNS: list[Style] = [
    Style("A", "50,3 14,98; 50,3 86,98; 28,64 72,64"),
    Style("E", "22,3 22,97; 22,4 80,3; 22,50 70,50; 22,97 80,97"),
    Style("F", "24,3 24,98; 24,4 80,4; 24,48 68,48"),
    Style("H", "18,3 18,98; 82,3 82,98; 18,50 82,50"),
    Style("K", "24,3 24,98; 80,4 24,56; 40,44 82,98"),
    Style("M", "8,98 18,4! 50,66! 82,4! 92,98"),
    Style("N", "18,98 18,4! 82,96! 82,4"),
    Style("R", "24,3 24,98; 24,4 60,3 78,24 58,48 24,52! 82,98"),
    Style("V", "10,4 50,96! 90,4"),
    Style("W", "4,4 26,96! 50,34! 74,96! 96,4"),
    Style("X", "16,4 84,96; 84,4 16,96"),
    Style("plus", "50,10 50,90; 10,50 90,50"),
    Style("arrow to the right", "4,50 96,50; 66,24 96,50! 66,76"),
    Style("arrow to the left", "96,50 4,50; 34,24 4,50! 34,76"),
    Style("arrow upwards", "50,98 50,3; 22,34 50,3! 78,34"),
    Style("triangle", "50,8 94,90! 6,90! 50,8"),
    Style("square", "8,8 8,92! 92,92! 92,8! 8,8"),
    Style("check mark", "6,56 32,92! 96,6"),
    Style("heart", "50,94 8,46 14,14 38,12 50,34! 62,12 86,14 92,46 50,94"),
    Style("star", "20,96 50,4! 80,96! 4,38! 96,38! 20,96"),
    Style("smile", "30,10 30,28; 70,10 70,28; 8,56 26,84 50,92 74,84 92,56"),
    Style("equals sign", "8,32 92,32; 8,68 92,68"),
    Style("per cent sign", "80,4 20,96; 24,8 8,22 24,36 40,22 24,8; 78,64 62,78 78,92 94,78 78,64"),
    Style("infinity", "50,50 20,26 6,50 20,74 50,50 80,26 94,50 80,74 50,50"),
]
