// @ts-check
import { clamp } from "../arrays.js"
import { arrow, Chart } from "../chart.js"
import { fill, fixed, make, setAll, setText, shape, short, tableOf } from "../dom.js"
import { onDrag } from "../drag.js"
import { scrubber } from "../scrubber.js"
import { crossEntropy } from "../softmax.js"

const LOWEST_TOP = 5 // of the axis of losses, which grows where the dot would be above it
const STEP_LENGTH = 2 // how many times the gradient an arrow is long
const BAR = 0.5 // of a column
const GAP = 21 // pixels between the charts

/** Logits that are dragged, the probabilities that softmax makes of them, and the loss of the right class's. */
export function softmax_loss(stage) {
  let scene, logits, shares, curve, readings
  const names = make("div", "legend")
  const place = make("div", "picture")
  stage.picture.append(place, names)

  const now = (values) => {
    const right = scene.names.indexOf(values.right)
    const z = scene.names.map((name) => values[`logit_${name}`])
    return { z, right, ...crossEntropy(z, right, values.temperature) }
  }

  function layout(next) {
    scene = next
    const { says, limit, step, temperatures: [coolest, hottest] } = scene
    if (!stage.controls.firstChild) {
      const say = (value) => fixed(value, 1)
      stage.controls.append(...scene.names.map((name) =>
        scrubber(stage, `logit_${name}`, { label: fill(says.logit, { name }), low: -limit, high: limit, step, say }).element),
      scrubber(stage, "temperature", { label: says.temperature, low: coolest, high: hottest, step, say }).element)
    }
    readings = [...scene.names, ""].map((name) => {
      const line = make("span")
      line.append(make("b", "", name), make("span", "reading"))
      return line
    })
    names.replaceChildren(...readings)
    place.replaceChildren()
    const narrow = stage.narrow
    const width = (stage.width - (narrow ? 1 : 2) * GAP) / (narrow ? 2 : 3)
    const height = stage.height * (narrow ? 0.7 : 1)
    const columns = { width, height, names: scene.names, margin: { left: 34, right: 6, top: 28 } }
    logits = { chart: new Chart(place, { ...columns, x: [0, scene.names.length], y: [-limit - 0.6, limit + 0.6] }) }
    shares = { chart: new Chart(place, { ...columns, x: [0, scene.names.length], y: [0, 1.05] }) }
    const last = narrow ? { width: stage.width, height: stage.height * 0.5 } : { width, height }
    curve = new Chart(place, { ...last, x: [0, 1], y: [0, LOWEST_TOP], xLabel: says.p, margin: { left: 34, right: 10, top: 28 } })
    for (const [chart, title] of [[logits.chart, fill(says.logits, { factor: STEP_LENGTH })], [shares.chart, says.softmax], [curve, says.curve]]) {
      chart.word(4, 10, title, { "font-weight": 650 })
    }
    Object.assign(logits, {
      bars: scene.names.map((_name, k) => bar(logits.chart, k)),
      arrows: scene.names.map(() => shape(logits.chart.front, "path", { stroke: "currentColor", "stroke-width": 2.5, fill: "none" })),
      dots: scene.names.map(() => logits.chart.dot({ fill: "var(--st-background-color)", class: "handle" }, true)),
    })
    Object.assign(shares, {
      bars: scene.names.map((_name, k) => bar(shares.chart, k)),
      targets: scene.names.map((_name, k) => setAll(bar(shares.chart, k), { fill: "none", class: "wanted", "stroke-dasharray": "4 3" })),
    })
    Object.assign(curve, { line: curve.line([], [], { stroke: "var(--blue)" }), spot: curve.dot({ fill: "var(--blue)" }) })
    drag(logits.chart)
  }

  function bar(chart, k) {
    const [left, right] = [k + 0.5 - BAR / 2, k + 0.5 + BAR / 2].map((x) => chart.x(x))
    return shape(chart.middle, "rect", { x: left, width: right - left, rx: 3 })
  }

  function drag(chart) {
    setAll(chart.svg, { class: "drag-y" })
    let name
    onDrag(chart.svg, {
      start: (x) => {
        const column = Math.floor(chart.fromX(x))
        name = scene.names[column]
        if (name === undefined) return false
        stage.hold()
      },
      move: (_x, y) => {
        const value = Number((Math.round(chart.fromY(y) / scene.step) * scene.step).toFixed(4))
        stage.set({ [`logit_${name}`]: clamp(value, -scene.limit, scene.limit) })
      },
      end: () => stage.settle(),
    })
  }

  const rise = (box, chart, from, to) => setAll(box, { y: chart.y(Math.max(from, to)), height: Math.max(1, Math.abs(chart.y(to) - chart.y(from))) })

  function show(values) {
    const { z, right, powers, probabilities, loss, gradients } = now(values)
    scene.names.forEach((_name, k) => {
      const color = k === right ? "var(--blue)" : "var(--st-gray-color)"
      const look = { fill: color, stroke: color, "fill-opacity": 0.45 }
      const chart = logits.chart
      rise(setAll(logits.bars[k], look), chart, 0, z[k])
      chart.moveDot(logits.dots[k], k + 0.5, z[k])
      const end = clamp(z[k] - STEP_LENGTH * gradients[k], ...chart.domain.y)
      setAll(logits.arrows[k], { d: arrow(chart.x(k + 0.9), chart.y(z[k]), chart.x(k + 0.9), chart.y(end)) })
      rise(setAll(shares.bars[k], look), shares.chart, 0, probabilities[k])
      rise(shares.targets[k], shares.chart, 0, k === right ? 1 : 0)
      const written = values.temperature === 1 ? scene.says.reading : scene.says.tempered
      setText(readings[k].lastChild, fill(written, { power: short(powers[k], 4), p: short(probabilities[k], 4), gradient: fixed(gradients[k], 3) }))
    })
    const sum = powers.reduce((total, power) => total + power)
    setText(readings.at(-1).lastChild, fill(scene.says.loss, { power: short(powers[right], 4), sum: short(sum, 4), p: short(probabilities[right], 4), loss: short(loss, 4) }))
    const top = Math.max(LOWEST_TOP, 1.15 * loss)
    if (curve.domain.y[1] !== top || !curve.line.getAttribute("d")) {
      curve.rescale([0, top])
      setAll(curve.line, { d: curve.path(scene.arrays.probabilities, scene.arrays.losses) })
    }
    curve.moveDot(curve.spot, probabilities[right], loss)
  }

  const say = (values) => {
    const { right, probabilities, loss } = now(values)
    return `${scene.names.map((name, k) => `${name} ${short(probabilities[k])}`).join(", ")}; ${scene.says.target} ${scene.names[right]}; ${scene.says.curve} ${short(loss, 4)}`
  }

  const numbers = (values) => {
    const { z, right, powers, probabilities, gradients } = now(values)
    const { says } = scene
    return tableOf(["", "z", says.power, "p", says.target, says.gradient], scene.names.map((name, k) =>
      [name, fixed(z[k], 1), short(powers[k], 4), short(probabilities[k], 4), k === right ? 1 : 0, short(gradients[k], 4)]))
  }

  return { layout, show, say, numbers }
}
