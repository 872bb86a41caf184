// @ts-check
import { clamp, row } from "../arrays.js"
import { Chart, drawing } from "../chart.js"
import { fill, make, setAll, setText, shape, short, tableOf } from "../dom.js"
import { onDrag } from "../drag.js"
import { DASHES, legend } from "../legend.js"
import { scrubber } from "../scrubber.js"

const GAP = 24 // pixels between the chart and the terms
const ROW = 26 // pixels of a term
const WRITTEN = 0.36 // of the width, for a term with its numbers in place

/** The targets and outputs of a batch, of which the last target is dragged; each term of the mean; the best constants. */
export function loss_terms(stage) {
  let scene, chart, parts, readings, mean, slider
  const title = make("span")
  const answers = make("span", "answers")
  const names = make("div", "legend")
  names.append(title, answers)
  const place = make("div", "picture")
  stage.picture.append(names, place)

  const step = ({ outlier }) => Math.round(clamp(outlier, 0, scene.outlier ?? 0) / scene.step)
  const found = (values, name) => row(scene.arrays[name], step(values))
  const written = (values) => [...scene.written, scene.last[step(values)]]

  function layout(next) {
    scene = next
    const { says, outlier } = scene
    slider ??= scrubber(stage, "outlier", { label: says.outlier, low: 0, high: outlier ?? 0, step: scene.step, say: (size) => short(size, 4) })
    stage.controls.replaceChildren(...(outlier === null ? [] : [slider.element]))
    if (outlier !== null) slider.limit(0, outlier)
    setText(title, says.best)
    readings = legend(answers, scene.losses)
    place.replaceChildren()
    const beside = !stage.narrow
    const count = scene.arrays.outputs.length
    const numbers = [...scene.arrays.outputs, ...scene.arrays.targets]
    const [low, high] = [Math.min(...numbers), Math.max(...numbers)]
    const room = (high - low) * 0.06 || 1
    const [left, right] = beside ? [(stage.width - GAP) * 0.45, (stage.width - GAP) * 0.55] : [stage.width, stage.width]
    chart = new Chart(place, {
      ...{ width: left, height: stage.height * (beside ? 1 : 0.55), x: [0, count], y: [low - room, high + room] },
      ...{ names: scene.written.concat("").map((_word, k) => `${k + 1}`), xLabel: says.sample, yLabel: `○ ${says.target}  ● ${says.output}` },
    })
    const lines = scene.losses.map(({ color, dash }) => shape(chart.front, "line", { stroke: color, "stroke-width": 2.5, "stroke-dasharray": DASHES[dash] }))
    const samples = Array.from({ length: count }, (_sample, k) => {
      const error = shape(chart.front, "line", { class: "tangent" })
      const held = outlier !== null && k === count - 1
      const dots = [chart.dot({ fill: "currentColor", r: 6 }), chart.dot({ fill: "var(--st-background-color)", class: "handle", r: held ? 9 : 6 }, held)]
      return { error, dots }
    })
    parts = { lines, samples, terms: terms(right) }
    if (outlier !== null) drag()
  }

  /** The rows of the terms: each with its numbers in place, a bar for its share of the loss, one for its gradient. */
  function terms(width) {
    const { says } = scene
    const count = scene.arrays.outputs.length
    const svg = drawing(place, width, (count + 2.2) * ROW)
    const word = (x, y, text, look = {}) => shape(svg, "text", { x, y, "dominant-baseline": "central", ...look }, text)
    const [bars, ends] = [width * WRITTEN + 34, [width * 0.76, width - 4]]
    word(28, 12, says.term, { "font-weight": 650 })
    word(ends[1], 12, says.gradient, { "font-weight": 650, "text-anchor": "end" })
    mean = word(28, (count + 1.7) * ROW, "", { "font-weight": 650, "font-size": 16 })
    return scene.written.concat("").map((_word, k) => {
      const y = (k + 1.5) * ROW
      word(6, y, `${k + 1}`, { class: "index" })
      const box = (color) => shape(svg, "rect", { y: y - ROW / 2 + 3, height: ROW - 6, rx: 3, fill: color, "fill-opacity": 0.4 })
      return {
        ...{ share: setAll(box("var(--blue)"), { x: bars }), gradient: box("var(--blue)") },
        ...{ longest: ends[0] - bars - 8, span: ends[1] - ends[0], end: ends[1] },
        ...{ written: word(28, y, ""), term: word(bars + 5, y, "", { "font-weight": 650 }) },
        value: word(ends[1] - 4, y, "", { "text-anchor": "end", "font-weight": 650 }),
      }
    })
  }

  function drag() {
    const count = scene.arrays.outputs.length
    setAll(chart.svg, { class: "drag-y" })
    let offset
    onDrag(chart.svg, {
      start: (x) => {
        if (chart.fromX(x) < count - 1) return false
        offset = scene.arrays.targets[count - 1] // the last target without an outlier
        stage.hold()
      },
      move: (_x, y) => stage.set({ outlier: clamp(Math.round((chart.fromY(y) - offset) / scene.step) * scene.step, 0, scene.outlier) }),
      end: () => stage.settle(),
    })
  }

  function show(values) {
    const [targets, sizes, gradients, best] = ["targets", "terms", "gradients", "best"].map((name) => found(values, name))
    const [largest, steepest] = [Math.max(...sizes), Math.max(...gradients.map(Math.abs))]
    parts.samples.forEach(({ error, dots }, k) => {
      const output = scene.arrays.outputs[k]
      chart.moveLine(error, k + 0.5, output, k + 0.5, targets[k])
      chart.moveDot(dots[0], k + 0.5, output)
      chart.moveDot(dots[1], k + 0.5, targets[k])
      const { share, gradient, longest, span, end, ...words } = parts.terms[k]
      setAll(share, { width: Math.max(1, (longest * sizes[k]) / (largest || 1)) })
      const width = Math.max(1, (span * Math.abs(gradients[k])) / (steepest || 1))
      setAll(gradient, { x: end - width, width, fill: gradients[k] < 0 ? "var(--orange)" : "var(--blue)" })
      setText(words.term, short(sizes[k], 4))
      setText(words.value, (gradients[k] > 0 ? "+" : "") + short(gradients[k]))
    })
    written(values).forEach((text, k) => {
      setText(parts.terms[k].written, `${text} =`)
      setAll(parts.terms[k].written, { "font-size": clamp(300 / text.length, 8, 13) })
    })
    parts.lines.forEach((line, k) => chart.moveLine(line, 0, best[k], parts.samples.length, best[k]))
    readings.forEach((reading, k) => setText(reading, short(best[k], 4)))
    setText(mean, fill(scene.says.mean, { mean: short(scene.arrays.means[step(values)], 4) }))
  }

  const say = (values) => `${fill(scene.says.mean, { mean: short(scene.arrays.means[step(values)], 4) })}. ${scene.says.term}: ` +
    Array.from(found(values, "terms"), (term) => short(term, 4)).join(", ")

  const numbers = (values) => {
    const [targets, sizes, gradients] = ["targets", "terms", "gradients"].map((name) => found(values, name))
    const { says } = scene
    return tableOf([says.sample, says.output, says.target, says.term, "", says.gradient], written(values).map((text, k) =>
      [k + 1, short(scene.arrays.outputs[k], 4), short(targets[k], 4), text, short(sizes[k], 4), short(gradients[k], 4)]))
  }

  return { layout, show, say, numbers }
}
