// @ts-check
import { clamp, fourBits, row } from "../arrays.js"
import { arrow, drawing } from "../chart.js"
import { fill, fixed, make, setAll, setText, shape, short, tableOf } from "../dom.js"
import { onDrag, onPoint } from "../drag.js"
import { bySign, gray, imageAt, paint } from "../image.js"
import { Matrix } from "../matrix.js"
import { Player } from "../player.js"
import { scrubber } from "../scrubber.js"
import { crossEntropy } from "../softmax.js"

const ACROSS = 32 // hidden values in a row
const RATE = 0.6 // stages a second
const LEVELS = 7 // of a weight's color, to each side of 0
const UNDER = 0.35 // strength of the digit under the weights
const TITLE = 22
const ROOF = 26 // pixels of the arrow over all
const SOFTMAX = 4 // the stage that softmax is
const enclosed = (text) => (text.startsWith("−") ? `(${text})` : text)
const added = (value) => fixed(value).replace(/^(−?)/, (sign) => `${sign || "+"} `)

/** The sum of a neuron as it is written: its largest products, what all others add, its bias, and the sum. */
export function writtenOut({ inputs, bias, sums, places, weights }, neuron) {
  const at = row(places, neuron)
  const terms = Array.from(row(weights, neuron), (weight, k) => ({ input: inputs[at[k]], weight, product: inputs[at[k]] * weight }))
  const shown = terms.reduce((sum, { product }) => sum + product, 0)
  return { terms, others: inputs.length - terms.length, rest: sums[neuron] - bias[neuron] - shown, bias: bias[neuron], sum: sums[neuron] }
}

/** A digit on its way through 784-512-10: every value a pixel, and the sum of any one neuron written out. */
export function digit_network(stage) {
  let scene, hidden, layers, player, chooser, color, boxes, canvases, columns, words, lookEdge, frames, beams
  let peeked = null // the neuron under the mouse
  let painted
  let all = null // the weights of all neurons, which come beside the scene once they are asked for
  let ask = null
  const place = make("div", "picture")
  const sum = make("div", "sum")
  const line = make("div", "legend")
  stage.picture.append(place, line, sum)
  // What lies in it is built anew while it trains, under a pointer that rests: so the place itself listens.
  onPoint(place, (x, y) => look(neuronAt(x, y)), () => look(null))
  onDrag(place, {
    start: (x, y) => (neuronAt(x, y) === null ? false : stage.hold()),
    move: (x, y) => stage.set({ neuron: neuronAt(x, y) ?? stage.values.neuron }),
    end: () => stage.settle(),
  })
  const toggle = /** @type {HTMLInputElement} */ (make("input", "", "", { type: "checkbox" }))
  const wide = () => hidden.length

  /** The layer of a neuron, and its place there. */
  const find = (neuron) => (neuron < wide() ? [layers[0], neuron, 0] : [layers[1], neuron - wide(), 1])
  const nameOf = (neuron) => fill(neuron < wide() ? scene.says.hidden : scene.says.output, { place: find(neuron)[1] })

  function layout(next) {
    scene = next
    painted = null
    color = bySign(stage)
    const { x, sums, outputs } = scene.arrays
    hidden = sums.map((sum) => Math.max(0, sum))
    layers = ["hidden", "output"].map((name, k) => {
      const part = (kind) => scene.arrays[`${name}_${kind}`]
      return { inputs: [x, hidden][k], sums: [sums, outputs][k], bias: part("bias"), places: part("places"), weights: part("weights"), name }
    })
    if (!player) control()
    player.resize(stage.values.softmax ? SOFTMAX + 1 : SOFTMAX)
    place.replaceChildren()
    const { narrow, width, height } = stage
    const side = Math.sqrt(x.length)
    const top = narrow ? TITLE : ROOF + TITLE
    const table = { cell: narrow ? [(width - 24) / outputs.length, 24] : [64, 25] }
    const between = narrow ? 12 : 34
    const pixel = narrow ? Math.min(4.2, (width - between) / (2 * side)) : Math.min((height - top) / side, (width - 230 - 3 * between) / (2 * side + 1.3 * ACROSS))
    const digit = { x: narrow ? 0 : (width - 230 - 3 * between - pixel * (2 * side + 1.3 * ACROSS)) / 2, y: top, width: pixel * side, height: pixel * side }
    const look = { ...digit, x: digit.x + digit.width + between }
    const rows = wide() / ACROSS
    const grid = narrow
      ? { x: 0, y: look.y + look.height + TITLE, width, height: 7 * rows }
      : { x: look.x + look.width + between, y: top, width: 1.3 * pixel * ACROSS, height: 1.3 * pixel * rows }
    table.x = narrow ? 0 : grid.x + grid.width + between
    table.y = narrow ? grid.y + grid.height + 4 : ROOF
    boxes = { digit, look, hidden: grid }
    canvases = { digit: imageAt(place, digit), under: imageAt(place, look), look: imageAt(place, look), hidden: imageAt(place, grid) }
    const svg = drawing(place, width, narrow ? table.y + 24 + 3 * 26 : top + digit.height + 4)
    const edges = Object.values(boxes).map((box) => shape(svg, "rect", { ...box, class: "edge" }))
    lookEdge = edges[1]
    const title = (box, text) => shape(svg, "text", { x: box.x, y: box.y - 7, "font-weight": 650, "font-size": narrow ? 12 : 13 }, text)
    title(digit, fill(scene.says.pixels, { count: x.length }))
    title(grid, fill(scene.says.values, { count: wide() }))
    words = title(look, "")
    tableIn(svg, table)
    sum.style.cssText = narrow ? "" : `position: absolute; left: ${grid.x}px; top: ${grid.y + grid.height + 6}px; width: ${grid.width}px`
    if (narrow) stage.scrollsAway(grid.y - TITLE)
    else mapping(svg, digit, table)
    beams = [0, 1].map(() => shape(svg, "line", { class: "beam" }))
    frames = { hidden: shape(svg, "rect", { class: "frame" }), output: shape(svg, "rect", { class: "frame", rx: 4 }) }
    paint(canvases.digit, x, side, (value) => gray((value - scene.low) / (scene.high - scene.low)))
    for (const box of [grid, boxes.outputs]) shape(svg, "rect", { ...box, class: "over" })
  }

  function control() {
    const { says } = scene
    player = new Player(stage, { name: "flow", label: says.flow, steps: SOFTMAX + 1, rate: RATE, say: (at) => says.stages[Math.round(at)] })
    chooser = scrubber(stage, "neuron", { label: says.neuron, low: 0, high: wide() + scene.arrays.outputs.length - 1, say: nameOf })
    chooser.input.addEventListener("keydown", (event) => {
      const rows = { ArrowDown: 1, ArrowUp: -1 }[event.key]
      if (!rows) return
      event.preventDefault()
      stage.set({ neuron: clamp(stage.values.neuron + rows * ACROSS, 0, Number(chooser.input.max)) })
      stage.settleSoon()
    })
    const label = make("label", "switch")
    label.append(toggle, make("span", "", says.softmax))
    toggle.addEventListener("change", () => {
      player.stop()
      const on = Number(toggle.checked)
      stage.set({ softmax: on })
      player.resize(SOFTMAX + on)
      stage.set({ flow: SOFTMAX - 1 + on })
      stage.settle()
    })
    stage.controls.append(player.element, chooser.element, label)
  }

  /** Outputs, probabilities and the target: a column each, and on a phone a row each. */
  function tableIn(svg, { x, y, cell }) {
    const { classes, says, arrays } = scene
    const count = arrays.outputs.length
    const [columnsOf, rowsOf] = stage.narrow ? [count, 1] : [1, count]
    columns = says.columns.map((name, k) => {
      const first = k === 0
      const look = stage.narrow
        ? { x: 0, y: y + (first ? 0 : 22 + k * 26), rowNames: [says.rows[k]], columnNames: first ? classes : [] }
        : { x: x + (first ? 0 : 21 + k * 70), y, rowNames: first ? classes : [], columnNames: [name] }
      const matrix = new Matrix(svg, { rows: rowsOf, columns: columnsOf, cell, ...look })
      if (stage.narrow) for (const word of matrix.words) setAll(word, { "font-size": 11 })
      return matrix
    })
    columns[2].show(Array.from(classes, (_name, k) => +(k === scene.target)), 1)
    columns[2].words.forEach((word, k) => setText(word, k === scene.target ? "1" : "0"))
    const [width, height] = [columnsOf * cell[0], rowsOf * cell[1]]
    boxes.outputs = { x: x + columns[0].left, y: y + columns[0].top, width, height }
  }

  /** All layers together are one function: an arrow from the pixels to the outputs, over everything between. */
  function mapping(svg, digit, table) {
    const [from, to] = [digit.x + digit.width / 2, table.x + 54]
    const text = fill(scene.says.mapping, { inputs: scene.arrays.x.length, outputs: scene.arrays.outputs.length })
    shape(svg, "path", { d: `M${from} ${ROOF}V12H${to - 8}${arrow(to - 8, 12, to, ROOF)}`, class: "guide", fill: "none", "stroke-width": 1.5 })
    const half = text.length * 3.6
    shape(svg, "rect", { x: (from + to) / 2 - half, y: 0, width: 2 * half, height: 24, class: "page" })
    shape(svg, "text", { x: (from + to) / 2, y: 13, "text-anchor": "middle", "dominant-baseline": "central" }, text)
  }

  /** The neuron at a place of the picture; null where there is none. */
  function neuronAt(x, y) {
    const within = ({ x: left, y: top, width, height }) => [(x - left) / width, (y - top) / height]
    const inside = (shares) => shares.every((share) => share >= 0 && share < 1)
    const [grid, table] = [boxes.hidden, boxes.outputs].map(within)
    if (inside(grid)) return Math.floor((grid[1] * wide()) / ACROSS) * ACROSS + Math.floor(grid[0] * ACROSS)
    return inside(table) ? wide() + Math.floor(table[stage.narrow ? 0 : 1] * scene.arrays.outputs.length) : null
  }

  function look(neuron) {
    if (neuron === peeked) return
    peeked = neuron
    stage.drawSoon()
  }

  function show({ flow, neuron, softmax }) {
    const { sums, outputs } = scene.arrays
    const now = peeked ?? neuron
    const [layer, own, depth] = find(now)
    toggle.checked = Boolean(softmax)
    const swept = clamp(flow, 0, 1) * wide()
    const rectified = clamp(flow - 1, 0, 1)
    const strongest = scene.largest + ((Math.max(...hidden) || 1) - scene.largest) * rectified // ReLU leaves smaller numbers
    paint(canvases.hidden, sums, ACROSS, (sum, k) => color(k < swept ? (sum < 0 ? sum * (1 - rectified) : sum) / strongest : 0))
    const known = clamp(flow - 2, 0, 1) * outputs.length
    columns[0].show(outputs.map((output, k) => (k < known ? output : NaN)), Math.max(...outputs.map(Math.abs)))
    const { probabilities } = crossEntropy(Array.from(outputs), scene.target)
    const shown = softmax ? clamp(flow - 3, 0, 1) : 0
    columns[1].show(shown ? probabilities : probabilities.map(() => NaN), 1)
    for (const column of columns.slice(1)) setAll(column.whole, { opacity: shown })
    lookAt(layer, own, now)
    setAll(frames.hidden, { visibility: depth ? "hidden" : "visible" })
    setAll(frames.output, { visibility: depth ? "visible" : "hidden" })
    const target = depth ? outputCell(own) : hiddenCell(own)
    setAll(depth ? frames.output : frames.hidden, target)
    const sweeping = player.playing && flow < 1
    if (sweeping) join(boxes.digit, hiddenCell(Math.min(wide() - 1, Math.floor(swept))))
    else if (player.playing && flow > 2 && flow < 3) join(boxes.hidden, outputCell(Math.min(outputs.length - 1, Math.floor(known))))
    else join(depth ? boxes.hidden : boxes.look, target)
    setText(sum, sentenceOf(layer, own, now, flow))
    setText(line, shown ? lossText() : flow < SOFTMAX - 1 ? "" : fill(scene.says.scores_sum, { sum: fixed(total(outputs)) }))
  }

  /** Show the weights of a neuron over what it reads; those of the chosen one are there, those of the others come. */
  function lookAt(layer, own, neuron) {
    if (painted === neuron) return
    painted = neuron
    const known = all?.stamp === scene.stamp ? row(all.arrays[layer.name], own) : neuron === scene.chosen && scene.arrays.chosen_image
    if (!known) ask?.()
    const first = layer === layers[0]
    const [across, low, high] = first ? [Math.sqrt(layer.inputs.length), scene.low, scene.high] : [ACROSS, 0, Math.max(...hidden) || 1]
    const height = (boxes.look.width * layer.inputs.length) / across ** 2
    setAll(lookEdge, { height })
    for (const canvas of [canvases.under, canvases.look]) canvas.style.height = `${height}px`
    paint(canvases.under, layer.inputs, across, (input) => gray((input - low) / (high - low), UNDER))
    paint(canvases.look, known ? fourBits(known) : new Uint8Array(layer.inputs.length).fill(LEVELS + 1), across, (shade) => color((shade - LEVELS - 1) / LEVELS))
    setText(words, fill(scene.says.weights, { neuron: nameOf(neuron) }))
  }

  function sentenceOf(layer, own, neuron, flow) {
    const { terms, others, rest, bias, sum } = writtenOut(layer, own)
    const products = terms.map(({ input, weight }) => `${enclosed(fixed(input))}·${enclosed(short(weight, 2))}`).join(" + ")
    const end = layer === layers[0] && flow >= 1 ? ` → ReLU ${fixed(Math.max(0, sum))}` : ""
    return fill(scene.says.sum, { neuron: nameOf(neuron), products, rest: added(rest), count: others, bias: added(bias), sum: fixed(sum) }) + end
  }

  function lossText() {
    const { probabilities, loss } = crossEntropy(Array.from(scene.arrays.outputs), scene.target)
    const p = fixed(probabilities[scene.target], 3)
    return fill(scene.says.loss, { sum: fixed(total(probabilities)), target: scene.classes[scene.target], p, loss: fixed(loss, 3) })
  }

  const total = (values) => values.reduce((sum, value) => sum + value, 0)

  const hiddenCell = (own) => {
    const [width, height] = [boxes.hidden.width / ACROSS, boxes.hidden.height / (wide() / ACROSS)]
    return { x: boxes.hidden.x + (own % ACROSS) * width, y: boxes.hidden.y + Math.floor(own / ACROSS) * height, width, height }
  }

  const outputCell = (own) => {
    const { x, y, width, height } = boxes.outputs
    const count = scene.arrays.outputs.length
    return stage.narrow ? { x: x + (own * width) / count, y, width: width / count - 1, height: height - 1 } : { x, y: y + (own * height) / count, width: width - 1, height: height / count - 1 }
  }

  /** Join what is read to who reads it; on a phone they do not stand side by side. */
  function join(from, to) {
    const ends = { x1: from.x + from.width, x2: to.x, visibility: stage.narrow ? "hidden" : "visible" }
    setAll(beams[0], { ...ends, y1: from.y, y2: to.y })
    setAll(beams[1], { ...ends, y1: from.y + from.height, y2: to.y + to.height })
  }

  const say = ({ softmax }) => {
    const { outputs } = scene.arrays
    const { probabilities } = crossEntropy(Array.from(outputs), scene.target)
    const best = probabilities.indexOf(Math.max(...probabilities))
    const told = { target: scene.classes[scene.target], answer: scene.classes[best], p: fixed(probabilities[best]), z: fixed(outputs[best]) }
    return fill(softmax ? scene.says.says : scene.says.scores, told)
  }

  const numbers = () => {
    const { probabilities } = crossEntropy(Array.from(scene.arrays.outputs), scene.target)
    const rows = scene.classes.map((name, k) => [name, fixed(scene.arrays.outputs[k], 4), fixed(probabilities[k], 4), +(k === scene.target)])
    return tableOf(scene.says.head, rows)
  }

  /** Take in the weights of all neurons; while the network trains they would be too much, and do not come. */
  function fed(value, tell) {
    all = value.stamp ? value : null
    ask = () => {
      tell.state("wanted", true)
      ask = null
    }
    painted = null
    stage.drawSoon()
  }

  const told = ({ flow, neuron, softmax }) => ({ flow: Math.round(flow), neuron, softmax })

  return { layout, show, say, numbers, told, fed }
}
