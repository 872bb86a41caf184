// @ts-check
import { clamp, row } from "../arrays.js"
import { drawing } from "../chart.js"
import { fill, make, setAll, setText, shape, short, tableOf } from "../dom.js"
import { onDrag } from "../drag.js"
import { inCell, largestOf, tint } from "../matrix.js"
import { Player } from "../player.js"
import { scrubber } from "../scrubber.js"

const UNIT = 70 // pixels of dragging, for a change by 1
const NEAR = 24 // pixels around a number that can be dragged
const MAX_CHANGES = 28 // so that they fit an address

/** Changes such as "weight:0:2=-0.4", with another one. */
export function withChange(changes, name, number) {
  return [...changes.filter((word) => !word.startsWith(`${name}=`)), `${name}=${number}`].slice(-MAX_CHANGES)
}

/** Inputs, weights, bias, products and sum of an output, with the changes: each a number by its name as well. */
export function weightedSum(scene, { output, changed }) {
  const changes = new Map(changed.map((word) => word.split("=")))
  const number = (name, usual) => (changes.has(name) ? Number(changes.get(name)) : usual)
  const which = scene.outputs.indexOf(output)
  const { bias } = scene.arrays
  const x = Float64Array.from(scene.arrays.x, (usual, k) => number(`x:${scene.row}:${k}`, usual))
  const weight = Float64Array.from(row(scene.arrays.weight, which), (usual, k) => number(`weight:${output}:${k}`, usual))
  const added = bias ? number(`bias:${output}`, bias[which]) : 0
  const products = x.map((input, k) => input * weight[k])
  return { x, weight, bias: added, products, sum: products.reduce((total, product) => total + product, added) }
}

/** One output as the sum that it is: products flow along lines into it, and inputs and weights are dragged. */
export function linear_sum(stage) {
  let scene, rows, sum, others, slide
  const place = make("div", "picture")
  const line = make("div", "legend")
  const menu = /** @type {HTMLSelectElement} */ (make("select"))
  stage.picture.append(place, line)

  function layout(next) {
    scene = next
    const { says, limit, step } = scene
    if (!slide) {
      const say = (at) => says.stages[Math.round(at)]
      slide = scrubber(stage, "number", { label: says.number, low: -limit, high: limit, step, say: (number) => short(number, 4) })
      slide.input.addEventListener("input", () => put(Number(slide.input.value)))
      setAll(menu, { "aria-label": says.picked, title: says.picked })
      menu.addEventListener("change", () => stage.set({ picked: menu.value }))
      stage.controls.append(new Player(stage, { name: "flow", label: says.flow, steps: 3, rate: 0.8, say }).element, menu, slide.element)
    }
    place.replaceChildren()
    draw(drawing(place, stage.width, stage.height))
    choose(stage.values.output)
  }

  /** Offer the numbers of an output to be changed. */
  function choose(output) {
    const names = [...scene.inputs.flatMap((k) => [`x:${scene.row}:${k}`, `weight:${output}:${k}`]), ...(scene.arrays.bias ? [`bias:${output}`] : [])]
    menu.replaceChildren(...names.map((name) => make("option", "", name.replace(":", "[").replace(":", ", ") + "]", { value: name })))
    if (!names.includes(stage.values.picked)) stage.set({ picked: names[1] })
  }

  const put = (number) => stage.set({ changed: withChange(stage.values.changed, stage.values.picked, number) })

  function draw(svg) {
    const { width, height, narrow } = stage
    const hidden = scene.sizes[0] - scene.inputs.length
    const kinds = [...scene.inputs.map(() => "input"), ...(hidden ? ["hidden"] : []), ...(scene.arrays.bias ? ["bias"] : [])]
    const gap = Math.min(48, height / kinds.length)
    const [left, weights, products, end] = (narrow ? [0.06, 0.35, 0.63, 0.88] : [0.12, 0.36, 0.58, 0.76]).map((share) => share * width)
    const target = [end, height / 2]
    const ends = kinds.map((_kind, k) => height / 2 + (k - (kinds.length - 1) / 2) * gap)
    const lines = kinds.map(() => [0, 1].map(() => shape(svg, "path", { fill: "none", "stroke-linecap": "round" })))
    const dots = kinds.map(() => shape(svg, "circle", { class: "dot" }))
    rows = kinds.map((kind, k) => {
      const [y, input] = [ends[k], scene.inputs[k]]
      const path = [[left, y], [weights, y], [products, y + (target[1] - y) * 0.25], target]
      const found = { kind, input, path, lines: lines[k], dot: dots[k] }
      if (kind === "hidden") word(svg, weights - 8, y, fill(scene.says.more, { count: hidden }), { class: "index", "text-anchor": "end" })
      if (kind === "bias") word(svg, weights - 40, y, scene.says.bias, { "text-anchor": "end" })
      if (kind === "input" && !narrow) word(svg, left - 32, y, `x[${scene.row}, ${input}]`, { "text-anchor": "end", class: "index" })
      if (kind === "input") found.x = cell(svg, ...path[0], 44, Math.min(34, gap - 3), true)
      if (kind !== "hidden") found.weight = cell(svg, ...path[1], 64, Math.min(26, gap - 3), true)
      if (kind !== "bias") found.product = cell(svg, ...path[2], 64, Math.min(24, gap - 5), false)
      return found
    })
    sum = cell(svg, ...target, 76, 60, false, { "font-size": 17, "font-weight": 700 })
    others = narrow ? [] : scene.outputs.map((output, k) => other(svg, output, height / 2 + (k - (scene.outputs.length - 1) / 2) * Math.min(40, height / scene.outputs.length)))
    grab(svg)
  }

  const word = (parent, x, y, text = "", look = {}) =>
    shape(parent, "text", { x, y, "dominant-baseline": "central", "text-anchor": "middle", ...look }, text)

  /** A number in a rounded box; a held one can be dragged. */
  function cell(svg, x, y, width, height, held, look = {}) {
    const whole = shape(svg, "g", { transform: `translate(${x} ${y})`, class: held ? "held" : "" })
    const box = { x: -width / 2, y: -height / 2, width, height, rx: Math.min(height / 2, 14) }
    if (held) shape(whole, "rect", { ...box, y: -NEAR / 2, height: NEAR, fill: "transparent" })
    shape(whole, "rect", { ...box, fill: "var(--st-background-color)" })
    return { whole, back: shape(whole, "rect", { ...box, class: held ? "cell strong" : "cell" }), text: word(whole, 0, 0, "", look) }
  }

  /** Another output, which a click chooses. */
  function other(svg, output, y) {
    const found = cell(svg, stage.width * 0.9, y, 62, 26, false)
    word(svg, stage.width * 0.9 + 38, y, `y[${scene.row}, ${output}]`, { "text-anchor": "start", class: "index", "font-size": 12 })
    setAll(found.whole, { class: "choice" })
    found.whole.addEventListener("click", () => {
      stage.set({ output })
      choose(output)
      stage.settle()
    })
    return { output, ...found }
  }

  function grab(svg) {
    let from
    onDrag(svg, {
      start: (x, y) => {
        const near = rows.flatMap(({ kind, input, path: [at, weight] }) => [
          ...(kind === "input" ? [[at, `x:${scene.row}:${input}`], [weight, `weight:${stage.values.output}:${input}`]] : []),
          ...(kind === "bias" ? [[weight, `bias:${stage.values.output}`]] : []),
        ]).find(([[left, top]]) => Math.abs(x - left) < 34 && Math.abs(y - top) < NEAR / 2 + 2)
        if (!near) return false
        stage.hold()
        stage.set({ picked: near[1], flow: 2 })
        from = { x, y, number: picked(near[1], weightedSum(scene, stage.values)) }
      },
      move: (x, y) => {
        const number = from.number + (x - from.x - (y - from.y)) / UNIT
        if (x !== from.x || y !== from.y) put(clamp(Number((Math.round(number / scene.step) * scene.step).toFixed(4)), -scene.limit, scene.limit))
      },
      end: () => stage.settle(),
    })
  }

  /** The number of a name such as "weight:0:2". */
  function picked(name, { x, weight, bias }) {
    const [kind, , input] = name.split(":")
    return kind === "bias" ? bias : (kind === "x" ? x : weight)[input]
  }

  function show(values) {
    const found = weightedSum(scene, values)
    const { x, weight, bias, products } = found
    const rest = products.reduce((total, product, k) => (scene.inputs.includes(k) ? total : total + product), 0)
    const largest = { x: largestOf(x), weight: largestOf(weight), product: Math.max(largestOf(products), Math.abs(bias)) }
    const [first, second] = [clamp(values.flow, 0, 1), clamp(values.flow - 1, 0, 1)]
    for (const { kind, input, path, lines, dot, ...cells } of rows) {
      const part = { input: products[input], hidden: rest, bias }[kind]
      if (cells.x) write(cells.x, x[input], largest.x)
      if (cells.weight) write(cells.weight, kind === "bias" ? bias : weight[input], largest.weight, kind === "bias" ? "+ " : "× ")
      if (cells.product) write(cells.product, part, largest.product, "= ", 0.15 + 0.85 * first)
      if (kind === "input") stroke(lines[0], path.slice(0, 2), x[input], largest.x)
      stroke(lines[1], path.slice(1), part, largest.product, 0.15 + 0.7 * Math.max(second, 0.3 * first))
      const moving = second ? part : x[input] ?? 0
      const at = second ? along(path.slice(1), second) : along(path.slice(0, 2), first)
      const size = 3 + 6 * Math.min(1, Math.abs(moving) / (second ? largest.product : largest.x) || 0)
      const seen = values.flow > 0 && values.flow < 2 && (second || kind === "input")
      setAll(dot, { cx: at[0], cy: at[1], r: size, fill: moving < 0 ? "var(--orange)" : "var(--blue)", visibility: seen ? "visible" : "hidden" })
    }
    write(sum, second < 1 ? 0 : found.sum, Math.max(1, Math.abs(found.sum)))
    if (second < 1) setText(sum.text, "…")
    for (const { output, back, ...shown } of others) {
      write({ back, ...shown }, weightedSum(scene, { ...values, output }).sum, 2)
      setAll(back, { class: output === values.output ? "cell strong" : "cell" })
    }
    setText(line, say(values))
    values.number = picked(values.picked, found)
    if (menu.value !== values.picked) menu.value = values.picked
  }

  function write({ whole, back, text }, number, largest, sign = "", opacity = 1) {
    setText(text, sign + inCell(number))
    setAll(back, tint(number, largest))
    setAll(whole, { opacity })
  }

  function stroke(line, points, number, largest, opacity = 0.85) {
    const width = 1 + 6 * Math.min(1, Math.abs(number) / largest || 0)
    const d = points.map(([x, y], k) => `${k ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("")
    setAll(line, { d, stroke: number < 0 ? "var(--orange)" : "var(--blue)", "stroke-width": width.toFixed(2), opacity })
  }

  /** The sum with its products, of which the middle ones are left out where there are many. */
  function say(values) {
    const { products, bias, sum: total } = weightedSum(scene, values)
    const terms = scene.inputs.map((k) => inCell(products[k]))
    if (scene.inputs.length < products.length) terms.splice(-1, 0, "…")
    if (scene.arrays.bias) terms.push(inCell(bias))
    const written = terms.join(" + ").replaceAll("+ −", "− ")
    return `${fill(scene.says.sum, { row: scene.row, output: values.output, value: written })} = ${short(total, 4)}`
  }

  const numbers = (values) => {
    const { x, weight, bias, products } = weightedSum(scene, values)
    const cells = scene.inputs.map((k) => [k, ...[x, weight, products].map((numbers) => short(numbers[k], 4))])
    return tableOf(["", "x", "weight", scene.says.product], scene.arrays.bias ? [...cells, [scene.says.bias, "", "", short(bias, 4)]] : cells)
  }

  return { layout, show, say, numbers, role: "group" }
}

/** The point so far along the lines through some points, from 0 to 1. */
function along(points, share) {
  const place = share * (points.length - 1)
  const k = Math.min(points.length - 2, Math.floor(place))
  return [0, 1].map((side) => points[k][side] + (points[k + 1][side] - points[k][side]) * (place - k))
}
