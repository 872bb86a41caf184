// @ts-check
import { between, row } from "../arrays.js"
import { Chart, drawing } from "../chart.js"
import { fill, fixed, make, setAll, setText, shape, tableOf } from "../dom.js"
import { legend } from "../legend.js"
import { Player } from "../player.js"

const RATE = 6 // epochs a second
const FLAT = 260 // pixels of height, as on a phone that lies on its side
const percent = (share) => `${Math.round(100 * share)}%`

/** A training as curves and histograms, in gray behind it the one before it was repaired. */
export function clinic(stage) {
  let scene, player, loss, accuracy, dots, readings, guides, panels, size
  const [names, charts, insides] = [make("div", "legend"), make("div", "charts"), make("div", "insides")]
  const sizes = make("p", "sizes")
  stage.picture.append(names, charts, sizes, insides)
  const longest = () => Math.max(...scene.epochs)

  function layout(next) {
    const isNew = scene !== next
    scene = next
    if (!player) {
      player = new Player(stage, { name: "epoch", label: scene.says.epoch, steps: longest(), rate: RATE, say: (place) => `${Math.round(place) + 1}` })
      stage.controls.append(player.element)
    }
    const before = scene.arrays.loss_before ? [scene.gray] : []
    readings = legend(names, [...scene.lines, ...before])
    setText(sizes, scene.says.sizes)
    const flat = stage.height < FLAT
    sizes.hidden = flat
    charts.replaceChildren()
    insides.replaceChildren()
    const across = stage.narrow && !flat ? 3 : scene.panels.length
    size = flat ? 10 : 12
    const [width, small] = [stage.width / 2 - 5, stage.width / across - 6]
    const low = flat ? 62 : stage.narrow ? 72 : 96
    const height = Math.max(flat ? 100 : 130, stage.height - names.offsetHeight - sizes.offsetHeight - low * Math.ceil(scene.panels.length / across))
    const look = { width, height, x: [0, longest()], margin: { left: 38, right: 8, top: 24 } }
    loss = new Chart(charts, { ...look, y: [scene.bottom, scene.top] })
    accuracy = new Chart(charts, { ...look, y: [0, 1.04], saysY: percent })
    loss.word(0, 8, scene.says.loss_title)
    accuracy.word(0, 8, scene.says.accuracy_title)
    guides = [loss, accuracy].map((chart, k) => {
      const level = scene.chance[k]
      const guess = shape(chart.back, "line", { stroke: scene.gray.color, "stroke-dasharray": "2 4" })
      chart.moveLine(guess, 0, level, longest(), level)
      return shape(chart.middle, "line", { stroke: "currentColor", "stroke-opacity": 0.5 })
    })
    loss.word(width - 10, loss.y(scene.chance[0]) - 8, scene.says.guessing, { "text-anchor": "end", class: "guessing" }, loss.front)
    if (before.length) curves("_before", scene.epochs[1], scene.gray.color)
    dots = curves("", scene.epochs[0], "")
    panels = scene.panels.map((title, place) => panel(title, place, small, low - 4))
    player.take(longest(), isNew)
  }

  /** Draw a run; return its dots: that of the loss, and one for each accuracy. */
  function curves(which, epochs, gray) {
    const [losses, shares] = [scene.arrays[`loss${which}`], scene.arrays[`accuracies${which}`]]
    const thin = gray ? 1.5 : 2.5
    loss.line(Array.from(losses, (_loss, k) => ((k + 1) * epochs) / losses.length), losses, { stroke: gray || scene.lines[0].color, "stroke-width": gray ? 1.5 : 2 })
    const colors = Array.from({ length: shares.shape[1] }, (_line, k) => gray || scene.lines[k].color)
    colors.forEach((color, k) => {
      const ys = Array.from({ length: epochs }, (_epoch, e) => row(shares, e)[k])
      accuracy.line(ys.map((_share, e) => e + 1), ys, { stroke: color, "stroke-width": thin, "stroke-dasharray": gray && k ? "6 4" : "none" })
    })
    return gray ? [] : [loss.dot({ r: 5, fill: colors[0] }), ...colors.map((fill) => accuracy.dot({ r: 5, fill }))]
  }

  /** An empty histogram; return the shapes of the run and of the one behind it. */
  function panel(title, place, width, height) {
    const svg = drawing(insides, width, height)
    shape(svg, "text", { x: 0, y: 11, "font-size": size }, title)
    const [left, floor] = [2, height - 17]
    const x = (bin) => left + (bin / scene.bins) * (width - 2 * left)
    const y = (part) => floor - (part / scene.arrays.tallest[place]) * (floor - 20)
    shape(svg, "line", { x1: 0, x2: width, y1: floor, y2: floor, class: "zero" })
    for (const [bin, text] of scene.ticks) {
      shape(svg, "line", { x1: x(bin), x2: x(bin), y1: floor, y2: floor + 3, class: "zero" })
      shape(svg, "text", { x: x(bin), y: height - 3, "font-size": 10, "text-anchor": bin < 1 ? "start" : "middle", dx: bin < 1 ? -2 : 0 }, text)
    }
    const old = shape(svg, "path", { fill: scene.gray.color, "fill-opacity": 0.5 })
    const now = shape(svg, "path", { fill: "var(--violet)", "fill-opacity": 0.45, stroke: "var(--violet)" })
    const bars = (shares) => `M${x(0)} ${floor}${Array.from(shares, (part, bin) => `V${y(part).toFixed(1)}H${x(bin + 1).toFixed(1)}`).join("")}V${floor}Z`
    return { now, old, bars }
  }

  /** What a trace has at a place, of its last epoch where it is over by then. */
  const at = (trace, place) => between(trace, place, new Float32Array(trace.length / trace.shape[0]))

  function lossAt(place) {
    const { loss } = scene.arrays
    const end = Math.min(place + 1, scene.epochs[0]) / scene.epochs[0]
    return loss[Math.max(0, Math.round(end * loss.length) - 1)]
  }

  function show({ epoch }) {
    const place = Math.min(epoch, longest() - 1)
    const end = Math.min(place, scene.epochs[0] - 1)
    const shares = at(scene.arrays.accuracies, place)
    guides.forEach((guide, k) => [loss, accuracy][k].moveLine(guide, place + 1, scene.bottom, place + 1, 1e9))
    const now = lossAt(place)
    setAll(dots[0], { visibility: Number.isFinite(now) && now <= scene.top ? "visible" : "hidden" })
    if (Number.isFinite(now)) loss.moveDot(dots[0], end + 1, now)
    shares.forEach((share, k) => {
      accuracy.moveDot(dots[k + 1], end + 1, share)
      setText(readings[k], percent(share))
    })
    const [histograms, old] = [scene.arrays.histograms, scene.arrays.histograms_before]
    const [present, past] = [at(histograms, place), old && at(old, place)]
    panels.forEach((panel, k) => {
      const part = [k * scene.bins, (k + 1) * scene.bins]
      setAll(panel.now, { d: panel.bars(present.subarray(...part)) })
      if (past) setAll(panel.old, { d: panel.bars(past.subarray(...part)) })
    })
  }

  const say = ({ epoch }) => {
    const place = Math.round(Math.min(epoch, scene.epochs[0] - 1))
    const [train, test] = row(scene.arrays.accuracies, place)
    return fill(scene.says.now, { epoch: place + 1, loss: fixed(lossAt(place)), train: percent(train), test: percent(test) })
  }

  const numbers = () => tableOf(
    [scene.says.epoch, scene.says.loss, ...scene.lines.map(({ label }) => label)],
    Array.from({ length: scene.epochs[0] }, (_epoch, e) => [e + 1, fixed(lossAt(e), 3), ...Array.from(row(scene.arrays.accuracies, e), percent)]))

  return { layout, show, say, numbers }
}
