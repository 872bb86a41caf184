// @ts-check
import { between, row, sameBytes } from "../arrays.js"
import { Chart } from "../chart.js"
import { fill, make, setAll, setText, short, tableOf } from "../dom.js"
import { Player } from "../player.js"
import { scrubber } from "../scrubber.js"

const RATE = 8 // looks a second
const TALLEST = 0.36 // of the screen, so that the sentence below is seen as well
const HIGHEST = 1.5 // a curve that leaves this range is cut off, so that the target never shrinks
const ROWS = 13 // of the table

/** What the first so many neurons and the bias add up to: parts [neurons, points]. */
export function addedUp(parts, bias, count) {
  const sum = new Float32Array(parts.shape[1]).fill(bias)
  for (let neuron = 0; neuron < count; neuron++) row(parts, neuron).forEach((part, k) => (sum[k] += part))
  return sum
}

/** A network's curve on its way to another, with the part of each neuron under it. */
export function fitted_curve(stage) {
  let scene, player, adder, chart, lines, outputs, parts
  const legend = make("div", "legend")
  const place = make("div", "picture")
  stage.picture.append(legend, place)

  function layout(next) {
    const fresh = !scene || !sameBytes(scene.arrays.outputs, next.arrays.outputs)
    scene = next
    const { arrays, colors, says } = scene
    const [steps, width] = arrays.parts.shape
    outputs = new Float32Array(arrays.x.length)
    parts = Object.assign(new Float32Array(arrays.parts.length / steps), { shape: arrays.parts.shape.slice(1) })
    if (!player) {
      const say = (look) => String(scene.arrays.steps[Math.round(look)])
      player = new Player(stage, { name: "trained", label: says.step, steps, rate: RATE, say })
      adder = scrubber(stage, "added", {
        ...{ label: says.added, low: 0, high: width },
        say: (count) => fill(scene.says.of, { count: Math.min(count, parts.shape[0]), all: parts.shape[0] }),
      })
      stage.controls.append(player.element, adder.element)
    }
    adder.limit(0, width)
    legend.replaceChildren(...["target", "network", "part", "line", "sum"].map(entry))
    place.replaceChildren()
    const height = Math.min(stage.height, stage.narrow ? stage.width : innerHeight * TALLEST)
    const domain = { x: [-scene.limit, scene.limit], y: [-HIGHEST, HIGHEST] }
    chart = new Chart(place, { width: stage.width, height, ...domain, xLabel: "x", yLabel: "y" })
    chart.line(arrays.x, arrays.target, { stroke: colors.target, "stroke-width": 9, opacity: 0.45 })
    chart.line(arrays.x, arrays.line, { stroke: colors.line, "stroke-width": 2, "stroke-dasharray": "7 5" })
    lines = {
      parts: Array.from({ length: width }, () => chart.line([], [], { stroke: colors.part, "stroke-width": 1.3 })),
      network: chart.line([], [], { stroke: colors.network }),
      sum: chart.line([], [], { stroke: colors.sum, "stroke-dasharray": "2 5", "stroke-linecap": "round" }),
    }
    player.take(steps, fresh)
  }

  function entry(name) {
    const whole = make("span")
    const [size, kind] = { target: [8, "solid"], line: [2, "dashed"], part: [1, "solid"], sum: [3, "dotted"] }[name] ?? [3, "solid"]
    const style = `border-top: ${size}px ${kind} ${scene.colors[name]}`
    whole.append(make("span", "swatch", "", { style }), make("span", "", scene.says[name]), make("span", "reading"))
    return whole
  }

  function show({ trained, added }) {
    const { arrays, says } = scene
    between(arrays.outputs, trained, outputs)
    between(arrays.parts, trained, parts)
    const [bias] = between(arrays.biases, trained, [0])
    const count = Math.min(added, lines.parts.length)
    const some = count < lines.parts.length
    setAll(lines.network, { d: chart.path(arrays.x, outputs), opacity: some ? 0.4 : 1 })
    lines.parts.forEach((line, neuron) => {
      const opacity = !some ? 0.4 : neuron < count ? 0.9 : 0.12
      setAll(line, { d: chart.path(arrays.parts_x, row(parts, neuron)), opacity })
    })
    setAll(lines.sum, { d: some ? chart.path(arrays.parts_x, addedUp(parts, bias, count)) : "" })
    const [, network, , , sum] = legend.children
    setText(network.lastChild, fill(says.away, { error: short(arrays.errors[Math.round(trained)]) }))
    setText(sum.children[1], fill(says.sum, { count }))
    sum.style.visibility = some ? "" : "hidden"
  }

  const say = ({ trained }) => {
    const look = Math.round(trained)
    return fill(scene.says.reading, { step: scene.arrays.steps[look], error: short(scene.arrays.errors[look]) })
  }

  function numbers({ trained }) {
    const { arrays, says } = scene
    const now = row(arrays.outputs, Math.round(trained))
    const places = Array.from({ length: ROWS }, (_row, k) => Math.round((k * (arrays.x.length - 1)) / (ROWS - 1)))
    return tableOf(["x", says.target, says.network],
      places.map((k) => [arrays.x[k], arrays.target[k], now[k]].map((value) => short(value))))
  }

  return { layout, show, say, numbers }
}
