// @ts-check
import { clamp, lookUp, row } from "../arrays.js"
import { arrow, Chart } from "../chart.js"
import { fill, fixed, make, setAll, setText, shape, tableOf } from "../dom.js"
import { onDrag } from "../drag.js"
import { DASHES, legend } from "../legend.js"
import { scrubber } from "../scrubber.js"

const LOWEST_TOP = 6 // of the axis of losses, which grows where a dot would be above it
const TANGENT = 70 // pixels to either side
const LANE = 14 // pixels of an arrow
const NEAR = 26 // pixels around the target's handle
const NAME = 104 // pixels of a handle's name
const POINTS = 241 // of a curve

/** Whether a loss compares with a target. */
const compares = ({ ends }, target) => !ends || (target >= ends[0] && target <= ends[1])

/** A loss (part 0) or its gradient (part 1), out of the table that torch has made of it. */
export function lossAt(table, { low, high, ends }, part, prediction, target) {
  if (!ends) return lookUp(row(table, part), low, high, prediction - target)
  const [first, last] = [part, 2 + part].map((line) => lookUp(row(table, line), low, high, prediction))
  return first + ((last - first) * (target - ends[0])) / (ends[1] - ends[0])
}

/** Losses over the prediction, of which prediction and target are dragged; below them how hard each one pulls. */
export function loss_curves(stage) {
  let scene, chart, parts, readings, drawn
  const names = make("div", "legend")
  const place = make("div", "picture")
  stage.picture.append(names, place)

  const at = (loss, part, { prediction, target }) =>
    compares(loss, target) ? lossAt(scene.arrays[loss.table], loss, part, prediction, target) : NaN

  function layout(next) {
    scene = next
    const { says, losses, step } = scene
    if (!stage.controls.firstChild) {
      const look = { step, say: (value) => fixed(value) }
      stage.controls.append(
        scrubber(stage, "prediction", { ...look, label: says.prediction, low: scene.low, high: scene.high }).element,
        scrubber(stage, "target", { ...look, label: says.target, low: scene.targets[0], high: scene.targets[1] }).element)
    }
    readings = legend(names, losses)
    place.replaceChildren()
    drawn = null
    const lanes = losses.length * LANE + 6
    chart = new Chart(place, {
      ...{ width: stage.width, height: stage.height, x: [scene.low, scene.high], y: [0, LOWEST_TOP] },
      ...{ xLabel: says.prediction, yLabel: says.loss, margin: { bottom: 34 + lanes, top: 26 } },
    })
    setAll(chart.svg, { class: "drag-x" })
    const foot = chart.height - 34
    const title = fill(says.arrow, { rate: scene.rate })
    chart.word(chart.box.left, chart.height - 6, title, { "font-style": "italic" })
    const handle = (kind) => {
      const line = shape(chart.back, "line", { stroke: "currentColor", "stroke-width": 1.5, "stroke-dasharray": kind === "target" ? "7 4" : "none" })
      const word = chart.word(0, 12, "", { "font-weight": 650 }, chart.front)
      return { line, word, dot: chart.dot({ fill: kind === "target" ? "var(--st-background-color)" : "currentColor", class: "handle" }, true) }
    }
    parts = {
      foot,
      curves: losses.map(({ color, dash }) => chart.line([], [], { stroke: color, "stroke-dasharray": DASHES[dash] })),
      tangents: losses.map(({ color }) => shape(chart.middle, "line", { stroke: color, "stroke-width": 7, opacity: 0.4, "stroke-linecap": "round" })),
      arrows: losses.map(({ color }) => shape(chart.front, "path", { stroke: color, "stroke-width": 3, fill: "none" })),
      handles: { target: handle("target"), prediction: handle("prediction") },
      dots: losses.map(({ color }) => chart.dot({ fill: color })),
    }
    let held
    onDrag(chart.svg, {
      start: (x, y) => {
        stage.hold()
        const near = Math.hypot(x - chart.x(stage.values.target), y - chart.y(0)) < NEAR
        held = near ? "target" : "prediction"
      },
      move: (x) => {
        const [low, high] = held === "target" ? scene.targets : [scene.low, scene.high]
        stage.set({ [held]: clamp(Number((Math.round(chart.fromX(x) / step) * step).toFixed(4)), low, high) })
      },
      end: () => stage.settle(),
    })
  }

  function show(values) {
    const { prediction, target } = values
    const found = scene.losses.map((loss) => [at(loss, 0, values), at(loss, 1, values)])
    const top = Math.max(LOWEST_TOP, ...found.map(([value]) => 1.15 * value || 0))
    if (drawn !== `${top} ${target}`) {
      drawn = `${top} ${target}`
      chart.rescale([0, top])
      scene.losses.forEach((loss, k) => setAll(parts.curves[k], { d: curve(loss, target) }))
    }
    found.forEach(([value, slope], k) => {
      const seen = Number.isFinite(value)
      for (const part of [parts.dots[k], parts.tangents[k]]) setAll(part, { visibility: seen ? "visible" : "hidden" })
      const y = parts.foot - LANE * (scene.losses.length - k - 0.5)
      setAll(parts.arrows[k], { d: seen ? arrow(chart.x(prediction), y, chart.x(prediction - scene.rate * slope), y) : "" })
      const { ends } = scene.losses[k]
      setText(readings[k], seen ? fill(scene.says.reading, { loss: fixed(value, 3), gradient: fixed(slope, 3) })
        : fill(scene.says.outside, { low: ends[0], high: ends[1] }))
      if (!seen) return
      chart.moveDot(parts.dots[k], prediction, value)
      const dx = TANGENT / Math.hypot(chart.x(1) - chart.x(0), slope * (chart.y(0) - chart.y(1)))
      chart.moveLine(parts.tangents[k], prediction - dx, value - dx * slope, prediction + dx, value + dx * slope)
    })
    stand("prediction", prediction, chart.fromY(chart.box.top))
    stand("target", target, 0)
    const sides = prediction < target ? ["prediction", "target"] : ["target", "prediction"]
    const right = Math.min(chart.x(values[sides[1]]) + 10, chart.width - NAME)
    const left = Math.max(NAME, Math.min(chart.x(values[sides[0]]) - 10, right - 10))
    setAll(parts.handles[sides[0]].word, { x: left, "text-anchor": "end" })
    setAll(parts.handles[sides[1]].word, { x: Math.max(right, left + 10), "text-anchor": "start" })
  }

  /** The `d` of a loss over the prediction; a kink, which lies a whole number of samples from 0, is one of the points. */
  function curve(loss, target) {
    const start = loss.ends ? 0 : target
    const xs = Float64Array.from({ length: POINTS }, (_x, k) => start + loss.low + (k * (loss.high - loss.low)) / (POINTS - 1))
    return chart.path(xs, xs.map((prediction) => at(loss, 0, { prediction, target })))
  }

  function stand(kind, x, y) {
    const { line, word, dot } = parts.handles[kind]
    chart.moveDot(dot, x, y)
    setAll(line, { x1: chart.x(x), x2: chart.x(x), y1: chart.box.top, y2: parts.foot })
    setText(word, `${scene.says[kind]} ${fixed(x)}`)
  }

  const say = (values) => `${scene.says.prediction} ${fixed(values.prediction)}, ${scene.says.target} ${fixed(values.target)}: ` +
    scene.losses.map(({ label }, k) => `${label}, ${readings[k].textContent}`).join("; ")

  const numbers = ({ target }) => tableOf(
    [scene.says.prediction, ...scene.losses.flatMap(({ label }) => [`${label}: ${scene.says.loss}`, scene.says.gradient])],
    Array.from({ length: scene.high - scene.low + 1 }, (_x, k) => scene.low + k).map((prediction) => [prediction,
      ...scene.losses.flatMap((loss) => [0, 1].map((part) => fixed(at(loss, part, { prediction, target }), 4)))]))

  return { layout, show, say, numbers }
}
