// @ts-check
import { clamp } from "../arrays.js"
import { Chart } from "../chart.js"
import { fill, make, setAll, setText, shape, short, tableOf } from "../dom.js"
import { onDrag } from "../drag.js"
import { DASHES, legend } from "../legend.js"
import { scrubber } from "../scrubber.js"

/** What an input comes to: after one weight, after both, after their product, and after both with ReLU between. */
export function outputsOf(first, second, x) {
  return [first * x, second * first * x, first * second * x, second * Math.max(0, first * x)]
}

/** Two weights one after the other are one; a bend between them is not. */
export function two_weights(stage) {
  let scene, chart, lines, dots, guide, readings
  const names = make("div", "legend")
  const place = make("div", "picture")
  stage.picture.append(names, place)

  function layout(next) {
    scene = next
    const { says, reach, largest, step } = scene
    if (!stage.controls.firstChild) {
      const look = { low: -largest, high: largest, step, say: (value) => short(value) }
      stage.controls.append(...["first", "second"].map((name) => scrubber(stage, name, { ...look, label: says[name] }).element),
        scrubber(stage, "x", { label: says.x, low: -reach, high: reach, step: 0.1, say: (value) => short(value) }).element)
    }
    readings = legend(names, scene.lines)
    place.replaceChildren()
    chart = new Chart(place, { width: stage.width, height: stage.height, x: [-reach, reach], y: [-1, 1], xLabel: says.input, yLabel: says.output })
    setAll(chart.svg, { class: "drag-x" })
    guide = shape(chart.back, "line", { class: "zero", "stroke-dasharray": "3 4" })
    lines = scene.lines.map(({ color, dash }) => chart.line([], [], { stroke: color, "stroke-dasharray": DASHES[dash] }))
    dots = scene.lines.map(({ color }) => chart.dot({ fill: color, r: 6 }))
    onDrag(chart.svg, {
      start: () => stage.hold(),
      move: (x) => stage.set({ x: clamp(Number((Math.round(chart.fromX(x) * 10) / 10).toFixed(1)), -reach, reach) }),
      end: () => stage.settle(),
    })
  }

  const written = ({ first, second, x }) => outputsOf(first, second, x).map((y, k) =>
    fill(scene.says.formulas[k], { first: short(first), second: short(second), product: short(first * second), x: x < 0 ? `(${short(x)})` : short(x), y: short(y) }))

  function show(values) {
    const { first, second, x } = values
    const { reach } = scene
    const xs = [-reach, 0, reach]
    const ys = xs.map((each) => outputsOf(first, second, each))
    const top = 1.1 * Math.max(1, ...ys.flat().map(Math.abs))
    chart.rescale([-top, top])
    lines.forEach((line, k) => setAll(line, { d: chart.path(xs, ys.map((each) => each[k])) }))
    outputsOf(first, second, x).forEach((y, k) => chart.moveDot(dots[k], x, y))
    chart.moveLine(guide, x, -top, x, top)
    written(values).forEach((text, k) => setText(readings[k], text))
  }

  const say = (values) => written(values).map((text, k) => `${scene.lines[k].label}: ${text}`).join("; ")

  const numbers = ({ first, second }) => tableOf([scene.says.input, ...scene.lines.map(({ label }) => label)],
    [-3, -2, -1, 0, 1, 2, 3].map((x) => [x, ...outputsOf(first, second, x).map((y) => short(y))]))

  return { layout, show, say, numbers }
}
