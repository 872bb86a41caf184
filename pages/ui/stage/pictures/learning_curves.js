// @ts-check
import { clamp, sameBytes } from "../arrays.js"
import { Chart } from "../chart.js"
import { fixed, make, setAll, setText, shape, short, tableOf, writeSentence } from "../dom.js"
import { onDrag } from "../drag.js"
import { DASHES, legend } from "../legend.js"
import { Player } from "../player.js"

const RATE = 12 // epochs a second
const AHEAD = 0.28 // the opacity of what is still to come

/** Curves over the epochs in two panels: drawn up to the present epoch, the rest faint. */
export function learning_curves(stage) {
  let scene, player, charts, readings
  const names = make("div", "legend")
  const place = make("div", "picture")
  const notice = make("div", "notice")
  stage.picture.append(names, place)
  const written = (panel, value) => (!Number.isFinite(value) ? "" : scene.panels[panel].percent ? `${fixed(100 * value, 1)}%` : fixed(value, 2))

  /** One of the lines of an array whose last axis is the epochs. */
  function line(array, ...places) {
    const start = places.reduce((sum, at, axis) => sum * array.shape[axis] + at, 0) * last()
    return array.subarray(start, start + last())
  }
  const last = () => scene.arrays.curves.shape[2]
  const at = (values) => Math.round(values.epoch)

  function layout(next) {
    const isNew = !scene || !sameBytes(scene.arrays.curves, next.arrays.curves)
    scene = next
    if (!player) {
      player = new Player(stage, { name: "epoch", label: scene.says.epoch, steps: last(), rate: RATE })
      stage.controls.append(player.element, notice)
    }
    readings = legend(names, scene.series)
    place.replaceChildren()
    const rows = stage.narrow ? 2 : 1
    const height = Math.max(120, (stage.height - names.offsetHeight - 12) / rows - 4)
    const width = stage.narrow ? stage.width : (stage.width - 24) / 2
    charts = scene.panels.map((_panel, panel) => draw(panel, width, height))
    player.take(last(), isNew)
  }

  function draw(panel, width, height) {
    const { arrays, panels, series, best, tests } = scene
    const { label, low, high, percent } = panels[panel]
    const end = last() - 1
    const margin = stage.narrow && panel === 0 ? { bottom: 31 } : {}
    const chart = new Chart(place, { width, height, x: [0, end], y: [low, high], xLabel: stage.narrow && panel === 0 ? "" : scene.says.epoch, yLabel: "", margin: { ...margin, top: 22 }, saysY: (tick) => (percent ? `${Math.round(100 * tick)}%` : short(tick)) })
    chart.word(chart.box.left, 9, label, { "font-weight": 650 })
    setAll(chart.svg, { class: "drag-x" })
    const epochs = Array.from({ length: end + 1 }, (_nothing, epoch) => epoch)
    series.forEach(({ color }, k) => {
      for (let seed = 0; arrays.runs && seed < arrays.runs.shape[2]; seed++) chart.line(epochs, line(arrays.runs, panel, k, seed), { stroke: color, "stroke-width": 1, opacity: 0.22 })
    })
    const paths = series.map(({ color, dash }, k) => {
      const look = { stroke: color, "stroke-dasharray": DASHES[dash] }
      chart.line(epochs, line(arrays.curves, panel, k), { ...look, opacity: AHEAD })
      return chart.line([], [], look)
    })
    const guide = shape(chart.front, "line", { class: "guide", "stroke-dasharray": "3 4" })
    const gap = shape(chart.front, "line", { stroke: "var(--orange)", "stroke-width": 5, "stroke-opacity": 0.45 })
    const dots = series.map(({ color }) => chart.dot({ fill: color, r: 6 }))
    const end_marks = shape(chart.front, "g")
    if (best !== null) {
      const x = chart.x(best)
      shape(end_marks, "line", { x1: x, x2: x, y1: chart.y(low), y2: chart.y(high), class: "best" })
      if (panel === 0) chart.word(clamp(x, chart.box.left + 70, width - 84), chart.y(high) + 10, scene.says.best, { "text-anchor": "middle", class: "halo" }, end_marks)
    }
    if (percent) for (const { epoch, value } of tests) {
      shape(end_marks, "path", { d: "M0 -8L8 0L0 8L-8 0Z", fill: scene.test_color, class: "dot", transform: `translate(${chart.x(epoch)} ${chart.y(value)})` })
      const before = epoch > end * 0.6
      chart.word(chart.x(epoch) + (before ? -12 : 12), chart.y(value) + 18, `${scene.says.test} ${written(panel, value)}`, { "text-anchor": before ? "end" : "start", class: "halo" }, end_marks)
    }
    onDrag(chart.svg, {
      start: () => (player.stop(), stage.hold()),
      move: (x) => stage.set({ epoch: clamp(Math.round(chart.fromX(x)), 0, end) }),
      end: () => stage.settle(),
    })
    return { chart, paths, guide, gap, dots, end_marks, epochs, low, high }
  }

  function show(values) {
    const epoch = at(values)
    charts.forEach(({ chart, paths, guide, gap, dots, end_marks, epochs, low, high }, panel) => {
      const now = scene.series.map((_series, k) => line(scene.arrays.curves, panel, k)[epoch])
      paths.forEach((path, k) => setAll(path, { d: chart.path(epochs.slice(0, epoch + 1), line(scene.arrays.curves, panel, k)) }))
      chart.moveLine(guide, epoch, low, epoch, high)
      if (scene.best !== null) chart.moveLine(gap, epoch, now[0], epoch, now[1])
      dots.forEach((dot, k) => {
        setAll(dot, { visibility: Number.isFinite(now[k]) ? "visible" : "hidden" })
        if (Number.isFinite(now[k])) chart.moveDot(dot, epoch, now[k])
      })
      setAll(end_marks, { visibility: epoch === epochs.length - 1 ? "visible" : "hidden" })
    })
    readings.forEach((reading, k) => setText(reading, scene.panels.map((_panel, panel) => written(panel, line(scene.arrays.curves, panel, k)[epoch])).filter(Boolean).join(" · ")))
    writeSentence(notice, say(values))
  }

  const say = (values) => scene.sentences[at(values)]
  const numbers = () => {
    const columns = scene.panels.flatMap(({ label }, panel) => scene.series.map((series, k) => ({ head: `${label}: ${series.label}`, panel, k })))
    return tableOf([scene.says.epoch, ...columns.map(({ head }) => head)],
      Array.from({ length: last() }, (_nothing, epoch) => [epoch, ...columns.map(({ panel, k }) => written(panel, line(scene.arrays.curves, panel, k)[epoch]))]))
  }

  return { layout, show, say, numbers }
}
