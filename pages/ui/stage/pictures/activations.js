// @ts-check
import { clamp, lookUp, row } from "../arrays.js"
import { Chart } from "../chart.js"
import { fill, make, setAll, setText, shape, short, tableOf } from "../dom.js"
import { onDrag } from "../drag.js"
import { DASHES, legend } from "../legend.js"
import { scrubber } from "../scrubber.js"

const STEP = 0.01 // of the input; the tables have a sample for each
const TANGENT = 70 // pixels to either side
const LANE = 8 // pixels of a flat stretch
const GAP = 24 // pixels between the two charts

/** Curves of activation functions and of their slopes; a dot that is dragged along them. */
export function activations(stage) {
  let scene, values, slopes, readings
  const names = make("div", "legend")
  const place = make("div", "picture")
  stage.picture.append(names, place)

  const at = (table, x) => lookUp(table, scene.low, scene.high, x)
  const found = (x) => scene.functions.map((_f, k) => [at(row(scene.arrays.curves, k), x), at(row(scene.arrays.slopes, k), x)])

  function layout(next) {
    scene = next
    if (!stage.controls.firstChild) {
      const look = { label: scene.says.input, low: scene.low, high: scene.high, step: STEP, say: (x) => short(x) }
      stage.controls.append(scrubber(stage, "x", look).element)
    }
    readings = legend(names, scene.functions)
    place.replaceChildren()
    const beside = !stage.narrow
    const width = beside ? (stage.width - GAP) / 2 : stage.width
    const heights = beside ? [stage.height, stage.height] : [stage.height * 0.56, stage.height * 0.44]
    values = curves("curves", scene.says.value, width, heights[0], scene.limits)
    slopes = curves("slopes", scene.says.slope, width, heights[1], [])
  }

  function curves(name, yLabel, width, height, limits) {
    const table = scene.arrays[name]
    const [low, high] = [Math.min(...table), Math.max(...table)]
    const room = (high - low) * 0.06 || 1
    const lanes = (scene.functions.length * LANE) / height * (high - low + 2 * room)
    const chart = new Chart(place, {
      ...{ width, height, x: [scene.low, scene.high], y: [low - room - lanes, high + room] },
      ...{ xLabel: scene.says.input, yLabel },
    })
    setAll(chart.svg, { class: "drag-x" })
    for (const { value, side } of limits) asymptote(chart, value, side)
    const xs = Float32Array.from({ length: table.shape[1] }, (_x, k) => scene.low + (k * (scene.high - scene.low)) / (table.shape[1] - 1))
    scene.functions.forEach(({ color, dash, flat, jumps }, k) => {
      for (const [from, to] of pieces(name === "slopes" ? jumps : [], xs)) {
        chart.line(xs.subarray(from, to), row(table, k).subarray(from, to), { stroke: color, "stroke-dasharray": DASHES[dash] })
      }
      for (const [start, stop] of flat) {
        const y = chart.y(chart.domain.y[0]) - LANE * (k + 1)
        const ends = { x: chart.x(start), width: chart.x(stop) - chart.x(start), y, height: LANE - 2 }
        shape(chart.front, "rect", { ...ends, fill: color, class: "flat" })
      }
    })
    const guide = shape(chart.front, "line", { class: "guide", "stroke-dasharray": "3 4" })
    const tangents = name === "curves" ? scene.functions.map(() => shape(chart.front, "line", { class: "tangent" })) : []
    const dots = scene.functions.map(({ color }) => chart.dot({ fill: color }))
    onDrag(chart.svg, {
      start: () => stage.hold(),
      move: (x) => stage.set({ x: clamp(Math.round(chart.fromX(x) / STEP) * STEP, scene.low, scene.high) }),
      end: () => stage.settle(),
    })
    return { chart, guide, tangents, dots }
  }

  /** From and to of the stretches between the jumps; a sample that lies on a jump ends the left one. */
  function pieces(jumps, xs) {
    const ends = jumps.map((jump) => xs.findIndex((x) => x > jump + 1e-6))
    return [0, ...ends].map((from, k) => [from, ends[k] ?? xs.length])
  }

  function asymptote(chart, value, side) {
    const [left, right] = chart.domain.x
    const [low, high] = chart.domain.y
    const finite = value !== null
    const y = finite ? value : side.endsWith("+") ? high : low
    if (finite) {
      const line = shape(chart.back, "line", { class: "asymptote", "stroke-dasharray": "2 4" })
      chart.moveLine(line, left, value, right, value)
    }
    const x = side.startsWith("left") ? chart.x(left) + 6 : chart.x(right) - 6
    const anchor = side.startsWith("left") ? "start" : "end"
    const text = `→ ${finite ? short(value) : side.endsWith("+") ? "∞" : "−∞"}`
    chart.word(x, clamp(chart.y(y) - 10, 12, chart.height - 60), text, { "text-anchor": anchor, class: "limit" }, chart.front)
  }

  function show({ x }) {
    const now = found(x)
    for (const { chart, guide, tangents, dots } of [values, slopes]) {
      chart.moveLine(guide, x, chart.domain.y[0], x, chart.domain.y[1])
      dots.forEach((dot, k) => chart.moveDot(dot, x, now[k][chart === values.chart ? 0 : 1]))
      tangents.forEach((line, k) => {
        const [y, slope] = now[k]
        const across = chart.x(1) - chart.x(0)
        const dx = TANGENT / Math.hypot(across, slope * (chart.y(0) - chart.y(1)))
        chart.moveLine(line, x - dx, y - dx * slope, x + dx, y + dx * slope)
      })
    }
    now.forEach(([value, slope], k) => {
      setText(readings[k], fill(scene.says.reading, { x: short(x), value: short(value, 4), slope: short(slope, 4) }))
    })
  }

  const say = ({ x }) => found(x).map(([value, slope], k) => scene.functions[k].label +
    fill(scene.says.reading, { x: short(x), value: short(value, 4), slope: short(slope, 4) })).join("; ")

  const numbers = () => tableOf(
    ["x", ...scene.functions.flatMap(({ label }) => [`${label} f(x)`, `${label} f′(x)`])],
    Array.from({ length: scene.high - scene.low + 1 }, (_x, k) => scene.low + k)
      .map((x) => [short(x), ...found(x).flat().map((value) => short(value, 4))]))

  return { layout, show, say, numbers }
}
