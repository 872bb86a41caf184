// @ts-check
import { between, clamp, lookUpGrid, row, sameBytes } from "../arrays.js"
import { canvas } from "../canvas.js"
import { Chart } from "../chart.js"
import { fill, make, setAll, setText, short, tableOf } from "../dom.js"
import { onDrag } from "../drag.js"
import { Player } from "../player.js"
import { scrubber } from "../scrubber.js"

const RATE = 0.8 // layers a second
const TALLEST = 0.36 // of the screen, so that the sentence below is seen as well
const CELL = 3 // points of the mesh along the side of a cell of the grid
const GAP = 24 // pixels
const DEPTH = [-0.4, -0.3] // where the axis of a third number points to

/** The plane of inputs on its way through the layers, and the outputs along x₁. */
export function stacked_layers(stage) {
  let scene, player, plane, along, names
  let now // the mesh between two stages, [numbers, side, side]
  const legend = make("div", "legend")
  const place = make("div", "picture")
  stage.picture.append(legend, place)

  function layout(next) {
    const fresh = !scene || !sameBytes(scene.arrays.mesh, next.arrays.mesh)
    scene = next
    names = scene.says.numbers
    const { mesh } = scene.arrays
    const steps = scene.names.length
    now = Object.assign(new Float32Array(mesh.length / steps), { shape: mesh.shape.slice(1) })
    if (!player) controls(steps)
    legend.replaceChildren(make("b", "stage-name"), ...names.map((name, k) => entry(`solid ${scene.colors[k]}`, name)))
    legend.append(entry("dashed", scene.says.one))
    place.replaceChildren()
    const side = Math.min(stage.height, stage.narrow ? stage.width : innerHeight * TALLEST)
    const most = Math.max(...[mesh, scene.arrays.single].map((points) => points.reduce((top, value) => Math.max(top, Math.abs(value)), 0)))
    plane = planeChart(side, most * (names.length > 2 ? 1.4 : 1.06))
    along = stage.width - side - GAP > 240 ? outputs(stage.width - side - GAP, side, most * 1.06) : null
    player.take(steps, fresh)
  }

  function controls(steps) {
    player = new Player(stage, { name: "layer", label: scene.says.layer, steps, rate: RATE })
    const look = { low: -scene.reach, high: scene.reach, step: scene.step, say: (value) => short(value) }
    const sliders = ["x1", "x2"].map((name, k) => scrubber(stage, name, { ...look, label: scene.says.inputs[k] }).element)
    stage.controls.append(player.element, ...sliders)
  }

  function entry(line, name) {
    const whole = make("span")
    whole.append(make("span", "swatch", "", { style: `border-top: 3px ${line}` }), make("span", "", name))
    return whole
  }

  function planeChart(side, most) {
    const element = make("div", "panel")
    place.append(element)
    const [x, y] = [[-most, most], [-most, most]]
    const margin = { left: 34, right: 8, top: 8, bottom: 34 }
    const chart = new Chart(element, { width: side, height: side, x, y, margin, xLabel: names[0], yLabel: names[1] })
    setAll(chart.svg, { class: "drag" })
    const context = canvas(element, side, side, "over")
    onDrag(chart.svg, {
      start: () => stage.hold(),
      move: (px, py) => stage.set(nearest(chart, px, py)),
      end: () => stage.settle(),
    })
    return { chart, context }
  }

  function outputs(width, height, most) {
    const chart = new Chart(place, { width, height, x: [-scene.reach, scene.reach], y: [-most, most], xLabel: scene.says.inputs[0] })
    setAll(chart.svg, { class: "drag-x" })
    const guide = chart.line([], [], { class: "guide", "stroke-width": 1 })
    const single = names.map((_name, k) => chart.line([], [], { stroke: scene.colors[k], "stroke-width": 1.5, "stroke-dasharray": "7 5" }))
    const lines = names.map((_name, k) => chart.line([], [], { stroke: scene.colors[k] }))
    const dots = names.map((_name, k) => chart.dot({ fill: scene.colors[k] }))
    onDrag(chart.svg, {
      start: () => stage.hold(),
      move: (px) => stage.set({ x1: input(chart.fromX(px)) }),
      end: () => stage.settle(),
    })
    return { chart, guide, single, lines, dots }
  }

  // --- Where points are. ---

  const input = (x) => +clamp(Math.round(x / scene.step) * scene.step, -scene.reach, scene.reach).toFixed(2)
  const share = (x) => (x + scene.reach) / (2 * scene.reach)
  const channel = (mesh, k) => Object.assign(row(mesh, k), { shape: mesh.shape.slice(1) })
  const at = (mesh, x1, x2) => names.map((_name, k) => lookUpGrid(channel(mesh, k), share(x1), share(x2)))

  /** From numbers to pixels; the third goes aside. */
  const pixels = (chart, [x, y, z = 0]) => [chart.x(x + DEPTH[0] * z), chart.y(y + DEPTH[1] * z)]
  const meshPixels = (chart, mesh) => {
    const size = mesh.shape[1] * mesh.shape[2]
    return Array.from({ length: size }, (_p, k) => pixels(chart, names.map((_name, number) => mesh[number * size + k])))
  }

  /** The input whose point is nearest to a place in the picture. */
  function nearest(chart, px, py) {
    const side = now.shape[1]
    const away = meshPixels(chart, now).map(([x, y]) => Math.hypot(x - px, y - py))
    const best = away.indexOf(Math.min(...away))
    const value = (step) => input(-scene.reach + (2 * scene.reach * step) / (side - 1))
    return { x1: value(best % side), x2: value(Math.floor(best / side)) }
  }

  function show(values) {
    between(scene.arrays.mesh, values.layer, now)
    setText(legend.firstChild, scene.names[Math.round(values.layer)])
    drawPlane(values)
    if (along) drawOutputs(values)
  }

  function drawPlane({ x1, x2 }) {
    const { chart, context } = plane
    const side = now.shape[1]
    const points = meshPixels(chart, now)
    const walk = (points, length, from = 0) => {
      context.beginPath()
      const ways = [[1, length], [side, length], [-1, length], [-side, length]]
      let k = from
      for (const [step, count] of ways) for (let n = 0; n < count; n++, k += step) context.lineTo(...points[k])
      context.closePath()
    }
    context.clearRect(0, 0, chart.width, chart.height)
    context.lineWidth = 1
    // See-through, so that what lies folded over something else is darker.
    for (let across = 0; across < side - 1; across += CELL) {
      for (let on = 0; on < side - 1; on += CELL) {
        context.fillStyle = context.strokeStyle = scene.halves[on < (side - 1) / 2 ? 0 : 1]
        walk(points, CELL, across * side + on)
        context.globalAlpha = 0.16
        context.fill()
        context.globalAlpha = 0.75
        context.stroke()
      }
    }
    context.globalAlpha = 1
    const style = getComputedStyle(stage.place)
    Object.assign(context, { strokeStyle: style.color, fillStyle: style.color, lineWidth: 1.5 })
    context.setLineDash([7, 5])
    walk(meshPixels(chart, scene.arrays.single), side - 1)
    context.stroke()
    context.setLineDash([])
    context.strokeStyle = style.backgroundColor
    context.beginPath()
    context.arc(...pixels(chart, at(now, x1, x2)), 8, 0, 2 * Math.PI)
    context.fill()
    context.stroke()
  }

  function drawOutputs({ x1, x2 }) {
    const { chart, guide, single, lines, dots } = along
    const xs = Array.from({ length: now.shape[1] }, (_x, k) => -scene.reach + (2 * scene.reach * k) / (now.shape[1] - 1))
    const path = (mesh, k) => chart.path(xs, xs.map((x) => lookUpGrid(channel(mesh, k), share(x), share(x2))))
    names.forEach((_name, k) => {
      setAll(lines[k], { d: path(now, k) })
      setAll(single[k], { d: path(scene.arrays.single, k) })
    })
    setAll(guide, { d: chart.path([x1, x1], chart.domain.y) })
    at(now, x1, x2).forEach((value, k) => chart.moveDot(dots[k], x1, value))
  }

  const inputs = ({ x1, x2 }) => `${short(x1)}, ${short(x2)}`
  const stageAt = (step) => Object.assign(row(scene.arrays.mesh, step), { shape: now.shape })

  const say = (values) => {
    const step = Math.round(values.layer)
    const numbers = at(stageAt(step), values.x1, values.x2).map((value) => short(value)).join(", ")
    return fill(scene.says.reading, { stage: scene.names[step], inputs: inputs(values), numbers })
  }

  const numbers = ({ x1, x2 }) => tableOf([scene.says.stage, ...names],
    scene.names.map((name, step) => [name, ...at(stageAt(step), x1, x2).map((value) => short(value))]))

  return { layout, show, say, numbers }
}
