// @ts-check
import { between, clamp, row, sameBytes } from "../arrays.js"
import { Chart, drawing } from "../chart.js"
import { fill, make, setAll, setText, shape, short, tableOf, writeSentence } from "../dom.js"
import { DASHES, legend } from "../legend.js"
import { Player } from "../player.js"

const RATE = 5 // looks a second
const FAINT = 0.45
const TOP = 20 // pixels for the words above a row of histograms
const BELOW = 16 // and for those below all of them

/** The losses from several initial weights, and for one of them the histograms of every layer while it learns. */
export function initial_weights(stage) {
  let scene, player, chart, dots, readings, guide, rows, now
  const names = make("div", "legend")
  const place = make("div", "picture")
  const notice = make("div", "notice")
  stage.picture.append(names, place)
  const looks = () => scene.arrays.steps.length
  const at = (values) => clamp(Math.round(values.look), 0, looks() - 1)

  function layout(next) {
    const isNew = !scene || !sameBytes(scene.arrays.outputs, next.arrays.outputs)
    scene = next
    const { arrays, says, series, chosen } = scene
    if (!player) {
      player = new Player(stage, { name: "look", label: says.step, steps: looks(), rate: RATE, say: (look) => `${scene.arrays.steps[Math.round(look)]}` })
      stage.controls.append(player.element, notice)
    }
    readings = legend(names, series)
    place.replaceChildren()
    now = new Float32Array(arrays.outputs.length / looks())
    const free = Math.max(250, stage.height - names.offsetHeight - 10)
    const width = stage.narrow ? stage.width : Math.round(stage.width * 0.38)
    const height = stage.narrow ? free * 0.42 : free
    chart = new Chart(place, { width, height, x: [0, looks() - 1], y: [0, scene.highest], xLabel: says.step, margin: { top: 22 }, says: (look) => `${arrays.steps[look] ?? ""}`, saysY: short })
    chart.word(chart.box.left, 9, says.loss, { "font-weight": 650 })
    const spots = Array.from(arrays.steps, (_step, look) => look)
    series.forEach(({ color, dash }, k) => chart.line(spots, row(arrays.losses, k), { stroke: color, "stroke-dasharray": DASHES[dash], "stroke-width": k === chosen ? 4 : 2, opacity: k === chosen ? 1 : FAINT }))
    guide = shape(chart.front, "line", { class: "guide", "stroke-dasharray": "3 4" })
    dots = series.map(({ color }) => chart.dot({ fill: color, r: 6 }))
    histograms(stage.narrow ? stage.width : stage.width - width - 24, stage.narrow ? free - height - 6 : free)
    player.take(looks(), isNew)
  }

  function histograms(width, height) {
    const { says, ranges, series, chosen } = scene
    const svg = drawing(place, width, height)
    const each = width / says.layers
    const tall = (height - BELOW) / 2
    rows = says.rows.map((label, line) => {
      const floor = tall * (line + 1) - 4
      shape(svg, "text", { x: 0, y: tall * line + 13, "font-weight": 650 }, `${label}  ${ranges[line]}`)
      return Array.from({ length: says.layers }, (_nothing, layer) => {
        const left = layer * each
        shape(svg, "line", { x1: left, x2: left + each - 8, y1: floor, y2: floor, class: "zero" })
        const bars = shape(svg, "path", { fill: series[chosen].color })
        if (line > 0) shape(svg, "text", { x: left + each / 2 - 4, y: height - 4, "text-anchor": "middle" }, stage.narrow ? `${layer + 1}` : fill(says.layer, { layer: layer + 1 }))
        return { bars, left, floor, width: each - 8, tall: tall - TOP - 4 }
      })
    })
  }

  function show(values) {
    const look = at(values)
    const { arrays, says, highest } = scene
    chart.moveLine(guide, values.look, 0, values.look, highest)
    scene.series.forEach((_series, k) => {
      const loss = row(arrays.losses, k)[look]
      setAll(dots[k], { visibility: Number.isFinite(loss) && loss <= highest ? "visible" : "hidden" })
      if (Number.isFinite(loss)) chart.moveDot(dots[k], look, loss)
      setText(readings[k], short(loss))
    })
    ;[arrays.outputs, arrays.gradients].forEach((trace, line) => {
      between(trace, values.look, now)
      rows[line].forEach((box, layer) => setAll(box.bars, { d: steps(now.subarray(layer * says.bars, (layer + 1) * says.bars), box) }))
    })
    writeSentence(notice, say(values))
  }

  /** The outline of a histogram, as tall as its box where half of all are in one bar. */
  function steps(heights, { left, floor, width, tall }) {
    const wide = width / heights.length
    const edges = Array.from(heights, (share, k) => `V${(floor - Math.min(1, Math.sqrt(2 * share)) * tall).toFixed(1)}H${(left + (k + 1) * wide).toFixed(1)}`)
    return `M${left} ${floor}${edges.join("")}V${floor}Z`
  }

  const say = (values) => scene.sentences[at(values)]
  const numbers = () => tableOf([scene.says.step, ...scene.series.map(({ label }) => label)],
    Array.from(scene.arrays.steps, (step, look) => [step, ...scene.series.map((_series, k) => short(row(scene.arrays.losses, k)[look]))]))

  return { layout, show, say, numbers }
}
