// @ts-check
import { clamp, lookUp, row } from "../arrays.js"
import { Chart } from "../chart.js"
import { fill, fixed, make, setAll, setText, shape, tableOf } from "../dom.js"
import { onDrag } from "../drag.js"
import { DASHES, legend } from "../legend.js"
import { scrubber } from "../scrubber.js"

const TOP = 9 // of the axis of costs

/** What each weight costs: the loss alone, and with each penalty; `penalties` are over `count` weights from low to high. */
export function costsOf({ low, high, reach, arrays }, { wanted, strength }) {
  const count = arrays.penalties.shape[1]
  const weights = Float64Array.from({ length: count }, (_weight, k) => low + (k * (high - low)) / (count - 1))
  const loss = weights.map((weight) => lookUp(arrays.loss, -reach, reach, weight - wanted))
  const each = Array.from({ length: arrays.penalties.shape[0] }, (_penalty, k) => loss.map((value, place) => value + strength * row(arrays.penalties, k)[place]))
  const costs = [loss, ...each]
  return { weights, costs, best: costs.map((line) => weights[line.indexOf(Math.min(...line))]) }
}

/** One weight, and where the loss alone and the loss with each penalty are lowest. */
export function loss_penalty(stage) {
  let scene, chart, lines, guides, dots, readings
  const names = make("div", "legend")
  const place = make("div", "picture")
  stage.picture.append(names, place)

  function layout(next) {
    scene = next
    const { says, step } = scene
    if (!stage.controls.firstChild) {
      stage.controls.append(...["strength", "wanted"].map((name) =>
        scrubber(stage, name, { label: says[name], low: scene[name][0], high: scene[name][1], step, say: (value) => fixed(value) }).element))
    }
    readings = legend(names, scene.lines)
    place.replaceChildren()
    chart = new Chart(place, { width: stage.width, height: stage.height, x: [scene.low, scene.high], y: [0, TOP], xLabel: says.weight, yLabel: says.cost })
    setAll(chart.svg, { class: "drag-x" })
    guides = scene.lines.map(({ color }) => shape(chart.middle, "line", { stroke: color, "stroke-width": 1.5, "stroke-dasharray": "3 4" }))
    lines = scene.lines.map(({ color, dash }) => chart.line([], [], { stroke: color, "stroke-dasharray": DASHES[dash] }))
    dots = scene.lines.map(({ color }) => chart.dot({ fill: color }))
    onDrag(chart.svg, {
      start: () => stage.hold(),
      move: (x) => stage.set({ wanted: clamp(Number((Math.round(chart.fromX(x) / step) * step).toFixed(4)), ...scene.wanted) }),
      end: () => stage.settle(),
    })
  }

  function show(values) {
    const { weights, costs, best } = costsOf(scene, values)
    costs.forEach((line, k) => {
      const lowest = line[weights.indexOf(best[k])]
      setAll(lines[k], { d: chart.path(weights, line) })
      chart.moveDot(dots[k], best[k], lowest)
      chart.moveLine(guides[k], best[k], 0, best[k], lowest)
      setText(readings[k], fill(scene.says.lowest, { weight: fixed(best[k]) }))
    })
  }

  const say = (values) => costsOf(scene, values).best.map((weight, k) => `${scene.lines[k].label}: ${fill(scene.says.lowest, { weight: fixed(weight) })}`).join("; ")

  const numbers = (values) => {
    const { weights, costs } = costsOf(scene, values)
    const places = Array.from(weights.keys()).filter((k) => k % 50 === 0)
    return tableOf([scene.says.weight, ...scene.lines.map(({ label }) => label)], places.map((k) => [fixed(weights[k]), ...costs.map((line) => fixed(line[k], 3))]))
  }

  return { layout, show, say, numbers }
}
