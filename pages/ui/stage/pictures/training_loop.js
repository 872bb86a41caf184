// @ts-check
import { between, row } from "../arrays.js"
import { Chart, drawing } from "../chart.js"
import { fill, fixed, make, setAll, setText, shape, short, tableOf } from "../dom.js"
import { legend } from "../legend.js"
import { Player } from "../player.js"

const RATE = 3 // steps a second
const ROW = 30 // pixels
const GAP = 24
const HEIGHT = 190 // of the samples and their head

/** The data, sample after sample in their turn, and the loss of each step with the mean of all. */
export function training_loop(stage) {
  let scene, player, chart, parts
  const notice = make("div", "notice")
  const names = make("div", "legend")
  const place = make("div", "picture")
  stage.picture.append(names, place)
  const count = () => scene.arrays.data.shape[0]
  const steps = () => scene.arrays.order.length

  function layout(next) {
    scene = next
    if (!player) {
      player = new Player(stage, { name: "round", label: scene.says.steps, steps: steps() + 1, rate: RATE })
      stage.controls.append(player.element, notice)
    }
    legend(names, [{ label: scene.says.own, color: "var(--orange)", dash: "dotted" }, { label: scene.says.mean, color: "var(--blue)", dash: "solid" }])
    place.replaceChildren()
    const beside = !stage.narrow
    const left = beside ? Math.min(380, stage.width * 0.42) : stage.width
    parts = samples(left)
    const width = beside ? stage.width - left - GAP : stage.width
    const top = 1.05 * Math.max(...scene.arrays.losses, ...scene.arrays.means)
    chart = new Chart(place, { width, height: beside ? stage.height : stage.height * 0.9, x: [0, steps()], y: [0, top], xLabel: scene.says.step })
    for (let step = count(); step < steps(); step += count()) shape(chart.back, "line", { x1: chart.x(step), x2: chart.x(step), y1: chart.box.top, y2: chart.y(0), class: "grid", "stroke-dasharray": "2 4" })
    parts.mean = chart.line([], [], { stroke: "var(--blue)" })
    parts.dots = Array.from(scene.arrays.losses, (loss, k) => shape(chart.middle, "circle", { cx: chart.x(k + 1), cy: chart.y(loss), r: 3.5, fill: "var(--orange)" }))
    parts.now = chart.dot({ fill: "var(--blue)", r: 6 })
  }

  function samples(width) {
    const svg = drawing(place, width, Math.max(HEIGHT, (count() + 2) * ROW))
    const columns = [0.09, 0.28, 0.46, 0.65, 0.86].map((share) => share * width)
    const word = (k, y, text, look = {}) => shape(svg, "text", { x: columns[k], y, "text-anchor": "middle", "dominant-baseline": "central", ...look }, text)
    const epoch = word(2, 12, "", { "font-weight": 650, "font-size": 15 })
    scene.says.head.forEach((text, k) => word(k, 12 + ROW, text, { "font-weight": 650 }))
    const marker = shape(svg, "rect", { x: 2, width: width - 4, height: ROW, rx: 6, fill: "var(--orange)", "fill-opacity": 0.25 })
    const outputs = Array.from({ length: count() }, (_sample, k) => {
      const y = 12 + (k + 2) * ROW
      word(0, y, `${k + 1}`)
      row(scene.arrays.data, k).forEach((value, place) => word(place + 1, y, short(value)))
      return word(4, y, "", { "font-weight": 650 })
    })
    return { epoch, marker, outputs }
  }

  function show({ round }) {
    const step = Math.round(round)
    const { order, outputs, means } = scene.arrays
    const now = between(outputs, round, new Float32Array(count()))
    parts.outputs.forEach((text, k) => setText(text, fixed(now[k])))
    const sample = step ? order[step - 1] : 0
    setAll(parts.marker, { y: 12 + (sample + 1.5) * ROW, visibility: step ? "visible" : "hidden" })
    setText(parts.epoch, fill(scene.says.epoch, { number: step ? Math.floor((step - 1) / count()) + 1 : 0 }))
    const xs = Array.from({ length: step + 1 }, (_x, k) => k)
    setAll(parts.mean, { d: chart.path(xs, means.subarray(0, step + 1)) })
    parts.dots.forEach((dot, k) => setAll(dot, { visibility: k < step ? "visible" : "hidden" }))
    chart.moveDot(parts.now, step, means[step])
    setText(notice, scene.sentences[step])
  }

  const say = ({ round }) => scene.sentences[Math.round(round)]
  const numbers = () => tableOf([scene.says.step, scene.says.head[0], scene.says.loss, scene.says.mean],
    Array.from(scene.arrays.losses, (loss, k) => [k + 1, scene.arrays.order[k] + 1, fixed(loss, 4), fixed(scene.arrays.means[k + 1], 4)]))
  const told = ({ round }) => ({ round: Math.round(round) })

  return { layout, show, say, numbers, told }
}
