// @ts-check
import { row } from "../arrays.js"
import { drawing } from "../chart.js"
import { fill, setAll, setText, shape, short, tableOf } from "../dom.js"
import { onDrag, onPoint } from "../drag.js"
import { bySign, gray, imageAt, paint } from "../image.js"
import { tint } from "../matrix.js"
import { Player } from "../player.js"

const GAP = 22 // pixels between what stands side by side
const TITLE = 24
const NUMBERS = 272 // pixels of the block of products, where it stands between the maps
const MARGIN = 2 // pixels that a frame keeps away from the few pixels in it
const LINE = 22 // of words below it
const FAINT = 0.3 // strength of the numbers that the kernel has not come to yet
const RATE = 12 // places a second
const brief = (value) => short(+value.toFixed(2))

/** The window of a padded image at a place of the output, times the kernel: its products; returns their sum. */
export function productsAt({ padded, kernel }, stride, y, x, products) {
  const size = kernel.shape[1]
  let sum = 0
  for (let k = 0; k < kernel.length; k++) {
    const [down, right] = [Math.floor(k / size), k % size]
    products[k] = row(padded, y * stride + down)[x * stride + right] * kernel[k]
    sum += products[k]
  }
  return sum
}

/** A kernel on its way over an image: the window under the pointer, its products and their sum, and the output. */
export function convolution(stage) {
  let scene, svg, scale, boxes, canvases, frames, beams, cells, lines, player, color
  let peeked = null // the place under the mouse
  let swept = false // whether it was played: then the numbers to come are faint
  let painted

  const size = () => scene.arrays.kernel.shape[0]
  const columns = () => scene.arrays.output.shape[1]
  const at = (place) => [Math.floor(place / columns()), place % columns()]
  const answer = (sum) => (scene.relu ? Math.max(0, sum + scene.bias) : sum + scene.bias)

  function layout(next) {
    scene = next
    color = bySign(stage)
    painted = null
    const { output, padded, pooled } = scene.arrays
    const sayPlace = (place) => fill(scene.says.place, { row: at(Math.round(place))[0], column: at(Math.round(place))[1] })
    if (!player) {
      player = new Player(stage, { ...{ name: "place", label: scene.says.label, steps: output.length, rate: RATE }, say: sayPlace })
      player.scrub.input.addEventListener("keydown", (event) => {
        const rows = { ArrowDown: 1, ArrowUp: -1 }[event.key]
        if (!rows) return
        event.preventDefault()
        player.go(Math.round(player.place) + rows * columns())
      })
      stage.controls.append(player.element)
    }
    player.resize(output.length)
    stage.picture.replaceChildren()
    const most = [scene.most.input, scene.most.output, ...(pooled ? [scene.most.pooled] : [])]
    const beside = stage.narrow ? 0 : NUMBERS + GAP
    const across = (stage.width - 2 - beside - GAP * (most.length - 1)) / most.reduce((sum, side) => sum + side)
    scale = stage.narrow ? across : Math.min((stage.height - TITLE) / most[0], across)
    const deep = stage.narrow ? TITLE + most[0] * scale : stage.height - 2 // of the row of maps
    const block = stage.narrow
      ? { width: stage.width - 2, height: size() > 3 ? 160 : 120, y: deep + 10 }
      : { width: NUMBERS, height: Math.min(size() * 60, deep - 3 * LINE), y: 0 }
    if (!stage.narrow) block.y = (deep - block.height - 3 * LINE) / 2
    const total = most.reduce((sum, side) => sum + side * scale, beside + GAP * (most.length - 1))
    let left = (stage.width - total) / 2
    const box = (map, room) => {
      const [height, width] = map.shape.map((side) => side * scale)
      const found = { x: left, y: (deep + TITLE - height) / 2, width, height }
      left += room * scale + GAP
      return found
    }
    boxes = { input: box(padded, most[0]) }
    block.x = stage.narrow ? 1 : left
    left += beside
    Object.assign(boxes, { output: box(output, most[1]) }, pooled && { pooled: box(pooled, most[2]) })
    canvases = Object.fromEntries(Object.entries(boxes).map(([name, place]) => [name, imageAt(stage.picture, place)]))
    svg = drawing(stage.picture, stage.width, stage.narrow ? block.y + block.height + 3 * LINE : stage.height)
    paint(canvases.input, padded, padded.shape[1], (value, k) => {
      const [y, x] = [Math.floor(k / padded.shape[1]), k % padded.shape[1]].map((place) => place - scene.padding)
      const inside = Math.min(y, x) >= 0 && y < padded.shape[0] - 2 * scene.padding && x < padded.shape[1] - 2 * scene.padding
      return inside ? gray(value) : gray(0.48, 0.45)
    })
    if (pooled) paint(canvases.pooled, pooled, pooled.shape[1], (value) => color(value / scene.largest))
    for (const [name, place] of Object.entries(boxes)) {
      shape(svg, "text", { x: place.x, y: place.y - 8 }, stage.narrow ? scene.shapes[name] : fill(scene.says[name], { shape: scene.shapes[name] }))
      shape(svg, "rect", { ...place, class: "edge" })
    }
    beams = [0, 1, 2, 3].map(() => shape(svg, "line", { class: "beam" }))
    frames = Object.fromEntries(["input", "output", ...(pooled ? ["four", "pooled"] : [])].map((name) =>
      [name, shape(svg, "rect", { class: name === "four" || name === "pooled" ? "window pool" : "window" })]))
    numbersIn(block)
    point(boxes.input, (x) => (x / scale - size() / 2) / scene.stride)
    point(boxes.output, (x) => x / scale - 0.5)
  }

  /** The window's pixels and the kernel's weights, and under each pair its product. */
  function numbersIn({ x, y, width, height }) {
    const count = size()
    const [wide, tall] = [width / count, height / count]
    const [upper, large] = [tall * 0.42, Math.min(17, tall * 0.4)]
    const font = Math.min(13, wide / 5.2, upper * 0.95)
    cells = Array.from(scene.arrays.kernel, (weight, k) => {
      const cell = shape(svg, "g", { transform: `translate(${x + (k % count) * wide} ${y + Math.floor(k / count) * tall})`, "text-anchor": "middle" })
      const look = { width: wide / 2 - 1, height: upper }
      const pixel = shape(cell, "rect", look)
      shape(cell, "rect", { ...look, x: wide / 2 - 1, ...tint(weight, scene.heaviest) })
      const product = shape(cell, "rect", { y: upper, width: wide - 2, height: tall - upper - 2 })
      shape(cell, "rect", { width: wide - 2, height: tall - 2, class: "edge" })
      const word = (across, down, text, size, weight = 400) =>
        shape(cell, "text", { x: across, y: down, "dominant-baseline": "central", "font-size": size, "font-weight": weight }, text)
      const value = word(wide / 4, upper / 2, "", font)
      word(wide * 0.74, upper / 2, count > 3 ? brief(weight) : `× ${brief(weight)}`, font)
      return { pixel, product, value, result: word(wide / 2 - 1, (tall + upper) / 2 - 1, "", large, 650) }
    })
    lines = [0, 1, 2].map((k) => shape(svg, "text", { x: x + width / 2, y: y + height + (k + 0.8) * LINE, "text-anchor": "middle", ...(k ? {} : { "font-size": 17, "font-weight": 700 }) }))
    boxes.numbers = { x, y, width: width - 2, height: height - 2 }
  }

  /** Let the mouse look at a place of a map by resting there, and any pointer choose one by pressing. */
  function point(box, place) {
    const area = shape(svg, "rect", { ...box, class: "over" })
    const found = (x, y) => {
      const [column, line] = [x, y].map(place).map(Math.round)
      const [rows, count] = scene.arrays.output.shape
      return Math.max(0, Math.min(rows - 1, line)) * count + Math.max(0, Math.min(count - 1, column))
    }
    const look = (place) => {
      peeked = place
      swept = swept && player.playing
      stage.drawSoon()
    }
    onPoint(area, (x, y) => player.playing || look(found(x, y)), () => look(null))
    onDrag(area, {
      start: () => (player.stop(), stage.hold()),
      move: (x, y) => stage.set({ place: found(x, y) }),
      end: () => stage.settle(),
    })
  }

  function show({ place }) {
    const now = Math.min(peeked ?? place, scene.arrays.output.length - 1)
    const whole = Math.round(now)
    swept ||= player.playing
    const [[y0, x0], [y1, x1]] = [at(Math.floor(now)), at(Math.ceil(now))]
    const share = now - Math.floor(now)
    const [y, x] = [y0 + (y1 - y0) * share, x0 + (x1 - x0) * share]
    const window = within(boxes.input, y * scene.stride, x * scene.stride, size())
    const target = within(boxes.output, y, x, 1, MARGIN)
    setAll(frames.input, window)
    setAll(frames.output, target)
    if (stage.narrow) join(0, window, target)
    else {
      join(0, window, boxes.numbers)
      join(2, boxes.numbers, target)
    }
    if (painted === `${whole} ${swept}`) return
    painted = `${whole} ${swept}`
    paint(canvases.output, scene.arrays.output, columns(), (value, k) => color((value / scene.largest) * (swept && k > whole ? FAINT : 1)))
    compute(...at(whole))
    if (frames.four) pool(...at(whole))
  }

  function compute(y, x) {
    const { kernel, padded } = scene.arrays
    const products = new Float32Array(kernel.length)
    const sum = productsAt(scene.arrays, scene.stride, y, x, products)
    cells.forEach(({ pixel, product, value, result }, k) => {
      const ink = row(padded, y * scene.stride + Math.floor(k / size()))[x * scene.stride + (k % size())]
      const level = Math.round(255 * ink)
      setAll(pixel, { fill: `rgb(${level} ${level} ${level})` })
      setAll(value, { fill: level > 127 ? "#000" : "#fff" })
      setText(value, brief(ink))
      setAll(product, tint(products[k], scene.heaviest))
      setText(result, brief(products[k]))
    })
    const words = [fill(scene.says.sum, { sum: brief(sum) })]
    if (scene.bias) words.push(fill(scene.says.bias, { bias: brief(scene.bias), sum: brief(sum + scene.bias) }))
    if (scene.relu) words.push(fill(scene.says.relu, { answer: brief(answer(sum)) }))
    lines.forEach((line, k) => setText(line, words[k] ?? ""))
  }

  /** Frame the four numbers that pooling makes one of, and that one; at an odd edge a number is left over. */
  function pool(y, x) {
    const [down, right] = [y, x].map((place) => Math.floor(place / scene.pool))
    const [rows, count] = scene.arrays.pooled.shape
    const inside = down < rows && right < count
    setAll(frames.four, { ...within(boxes.output, down * scene.pool, right * scene.pool, scene.pool, MARGIN), opacity: +inside })
    setAll(frames.pooled, { ...within(boxes.pooled, down, right, 1, MARGIN), opacity: +inside })
  }

  const within = (box, y, x, side, margin = 0) => {
    const length = side * scale + 2 * margin
    return { x: box.x + x * scale - margin, y: box.y + y * scale - margin, width: length, height: length }
  }

  function join(first, from, to) {
    const right = { x1: from.x + from.width, x2: to.x }
    setAll(beams[first], { ...right, y1: from.y, y2: to.y })
    setAll(beams[first + 1], { ...right, y1: from.y + from.height, y2: to.y + to.height })
  }

  function found({ place }) {
    const [y, x] = at(Math.min(Math.round(place), scene.arrays.output.length - 1))
    const products = new Float32Array(scene.arrays.kernel.length)
    return { y, x, products, sum: productsAt(scene.arrays, scene.stride, y, x, products) }
  }

  const say = (values) => {
    const { y, x, sum } = found(values)
    return fill(scene.says.here, { row: y, column: x, answer: brief(answer(sum)) })
  }

  const numbers = (values) => {
    const { y, x, products, sum } = found(values)
    const { padded, kernel } = scene.arrays
    const rows = Array.from(kernel, (weight, k) => {
      const [down, right] = [y * scene.stride + Math.floor(k / size()), x * scene.stride + (k % size())]
      return [down, right, ...[row(padded, down)[right], weight, products[k]].map((value) => short(value, 4))]
    })
    return tableOf(scene.says.head, [...rows, ["", "", "", "", `Σ ${short(sum, 4)}`]])
  }

  const told = ({ place }) => ({ row: at(Math.round(place))[0], column: at(Math.round(place))[1] })

  return { layout, show, say, numbers, told }
}
