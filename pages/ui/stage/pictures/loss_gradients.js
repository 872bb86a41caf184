// @ts-check
import { between, clamp, lookUp, row } from "../arrays.js"
import { Chart } from "../chart.js"
import { fill, fixed, make, setAll, setText, shape, short, tableOf } from "../dom.js"
import { onDrag } from "../drag.js"
import { DASHES, legend } from "../legend.js"
import { scrubber } from "../scrubber.js"

const GAP = 24 // pixels between the two charts

/** How hard several losses pull on two logits over the lead of the wrong one, which is dragged, and the way back. */
export function loss_gradients(stage) {
  let scene, sizes, paths, readings
  const names = make("div", "legend")
  const place = make("div", "picture")
  stage.picture.append(names, place)

  const size = (k, lead) => lookUp(row(scene.arrays.sizes, k), scene.low, scene.high, lead)
  const path = ({ path: name }, lead) => between(scene.arrays[name], (lead - scene.low) / scene.step, new Float32Array(scene.steps + 1))

  function layout(next) {
    scene = next
    const { says, low, high, step } = scene
    if (!stage.controls.firstChild) {
      stage.controls.append(scrubber(stage, "lead", { label: says.margin, low, high, step, say: (lead) => fixed(lead) }).element)
    }
    readings = legend(names, scene.losses)
    place.replaceChildren()
    const beside = !stage.narrow
    const look = { width: beside ? (stage.width - GAP) / 2 : stage.width, height: stage.height * (beside ? 1 : 0.5) }
    const top = Math.max(...scene.arrays.sizes) * 1.15 || 1
    sizes = new Chart(place, { ...look, x: [low, high], y: [-0.03 * top, top], xLabel: says.margin, yLabel: says.size })
    paths = new Chart(place, { ...look, x: [0, scene.steps], y: [-0.03, 1.12], xLabel: says.step, yLabel: says.probability })
    setAll(sizes.svg, { class: "drag-x" })
    const leads = Float64Array.from({ length: scene.arrays.sizes.shape[1] }, (_lead, k) => low + k * step)
    const strokes = scene.losses.map(({ color, dash }) => ({ stroke: color, "stroke-dasharray": DASHES[dash] }))
    strokes.forEach((stroke, k) => sizes.line(leads, row(scene.arrays.sizes, k), stroke))
    sizes.guide = shape(sizes.front, "line", { class: "guide" })
    sizes.dots = scene.losses.map(({ color }) => sizes.dot({ fill: color }))
    paths.lines = strokes.map((stroke) => paths.line([], [], stroke))
    paths.dots = scene.losses.map(({ color }) => paths.dot({ fill: color }))
    onDrag(sizes.svg, {
      start: () => stage.hold(),
      move: (x) => stage.set({ lead: clamp(Math.round(sizes.fromX(x) / step) * step, low, high) }),
      end: () => stage.settle(),
    })
  }

  function show({ lead }) {
    const steps = Float64Array.from({ length: scene.steps + 1 }, (_step, k) => k)
    sizes.moveLine(sizes.guide, lead, sizes.domain.y[0], lead, sizes.domain.y[1])
    scene.losses.forEach((loss, k) => {
      const way = path(loss, lead)
      sizes.moveDot(sizes.dots[k], lead, size(k, lead))
      setAll(paths.lines[k], { d: paths.path(steps, way) })
      paths.moveDot(paths.dots[k], scene.steps, way[scene.steps])
      setText(readings[k], fill(scene.says.reading, { size: short(size(k, lead)), steps: scene.steps, probability: short(way[scene.steps]) }))
    })
  }

  const say = ({ lead }) => `${scene.says.margin} ${fixed(lead)}: ` +
    scene.losses.map(({ label }, k) => `${label}, ${readings[k].textContent}`).join("; ")

  const numbers = () => tableOf(
    [scene.says.margin, ...scene.losses.flatMap(({ label }) => [`${label}: ${scene.says.size}`, scene.says.probability])],
    Array.from({ length: 7 }, (_lead, k) => scene.low + (k * (scene.high - scene.low)) / 6).map((lead) => [fixed(lead, 0),
      ...scene.losses.flatMap((loss, k) => [short(size(k, lead)), short(path(loss, lead)[scene.steps])])]))

  return { layout, show, say, numbers }
}
