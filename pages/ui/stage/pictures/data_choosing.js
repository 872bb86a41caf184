// @ts-check
import { clamp } from "../arrays.js"
import { Chart } from "../chart.js"
import { fill, fixed, make, setAll, setText, shape, tableOf, writeSentence } from "../dom.js"
import { onDrag } from "../drag.js"
import { DASHES, legend } from "../legend.js"
import { scrubber } from "../scrubber.js"

const percent = (share) => `${fixed(100 * share, 1)}%`

/** The best of ever more networks: what the set that it was chosen by says of it, and what fresh images say. */
export function data_choosing(stage) {
  let scene, chart, dots, guide, gap, readings, lines, size
  const names = make("div", "legend")
  const place = make("div", "picture")
  const notice = make("div", "notice")
  stage.picture.append(names, place)

  /** One line of the table for a size: the accuracy of the best of 1, 2, … networks. */
  function line(choice, way) {
    const [, ways, networks] = scene.arrays.table.shape
    const start = (choice * ways + way) * networks
    return scene.arrays.table.subarray(start, start + networks)
  }

  function layout(next) {
    scene = next
    const { says, sizes } = scene
    const most = scene.arrays.table.shape[2]
    if (!stage.controls.firstChild) {
      const networks = scrubber(stage, "networks", { label: says.networks, low: 1, high: most, say: (count) => `${count}` })
      const choice = scrubber(stage, "size", { label: says.size, low: 0, high: sizes.length - 1, say: (at) => `${sizes[at]}` })
      stage.controls.append(networks.element, choice.element, notice)
    }
    readings = legend(names, scene.lines)
    place.replaceChildren()
    size = null
    const room = (scene.high - scene.low) * 0.06
    const height = Math.max(160, stage.height - names.offsetHeight - 6)
    chart = new Chart(place, { width: stage.width, height, x: [1, most], y: [scene.low - room, scene.high + room], xLabel: says.networks, yLabel: says.accuracy, saysY: (share) => `${Math.round(100 * share)}%` })
    setAll(chart.svg, { class: "drag-x" })
    lines = scene.lines.map(({ color, dash }) => shape(chart.middle, "path", { stroke: color, "stroke-dasharray": DASHES[dash], "stroke-width": 3, "stroke-linejoin": "round" }))
    guide = shape(chart.front, "line", { class: "guide", "stroke-dasharray": "3 4" })
    gap = shape(chart.front, "line", { stroke: "var(--orange)", "stroke-width": 5, "stroke-opacity": 0.45 })
    dots = scene.lines.map(({ color }) => chart.dot({ fill: color }))
    onDrag(chart.svg, {
      start: () => stage.hold(),
      move: (x) => stage.set({ networks: clamp(Math.round(chart.fromX(x)), 1, most) }),
      end: () => stage.settle(),
    })
  }

  const at = (values) => scene.lines.map((_line, way) => line(values.size, way)[values.networks - 1])

  function show(values) {
    if (size !== values.size) {
      lines.forEach((path, way) => {
        const shares = line(values.size, way)
        setAll(path, { d: chart.path(Array.from(shares, (_share, k) => k + 1), shares) })
      })
      size = values.size
    }
    const now = at(values)
    const x = values.networks
    chart.moveLine(guide, x, chart.domain.y[0], x, chart.domain.y[1])
    chart.moveLine(gap, x, now[0], x, now[1])
    dots.forEach((dot, way) => chart.moveDot(dot, x, now[way]))
    readings.forEach((reading, way) => setText(reading, percent(now[way])))
    writeSentence(notice, say(values))
  }

  const say = (values) => {
    const [found, fresh, honest, after] = at(values).map((share) => 100 * share)
    const given = { count: values.networks, size: scene.sizes[values.size], gap: fixed(found - fresh, 1) }
    return fill(values.networks > 1 ? scene.says.notice : scene.says.alone, { ...given, found: fixed(found, 1), fresh: fixed(fresh, 1), honest: fixed(honest, 1), honest_fresh: fixed(after, 1) })
  }

  const numbers = (values) => tableOf([scene.says.networks, ...scene.lines.map(({ label }) => label)],
    Array.from(line(values.size, 0), (_share, k) => [k + 1, ...scene.lines.map((_line, way) => percent(line(values.size, way)[k]))]))

  return { layout, show, say, numbers }
}
