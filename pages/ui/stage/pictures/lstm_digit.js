// @ts-check
import { between, clamp, row } from "../arrays.js"
import { drawing } from "../chart.js"
import { fill, fixed, make, setAll, setText, shape, tableOf } from "../dom.js"
import { bySign, gray, imageAt, paint } from "../image.js"
import { inCell, tint } from "../matrix.js"
import { Player } from "../player.js"
import { scrubber } from "../scrubber.js"

const READING_RATE = 3 // rows a second
const UNREAD = 0.2 // brightness of the rows that are still to come
const GAP = 14
const TITLE = 22
const CELL = [452, 224] // pixels of the drawing of one cell
const percent = (share) => `${Math.round(100 * share)}%`

/** A digit that an LSTM reads row by row: what it says, what goes on in its cells, and one of them from close by. */
export function lstm_digit(stage) {
  let scene, player, svg, color, images, maps, bars, frames, columns, diagram, answer
  const notice = make("div", "notice")
  const rows = () => scene.arrays.ink.shape[0]
  const count = () => scene.cells.length
  /** The numbers of one quantity, row after row. */
  const quantity = (place) => row(scene.arrays.activity, place)
  const number = (place, step, cell) => quantity(place)[step * count() + cell - 1]

  function layout(next) {
    const asked = next.play && next !== scene
    scene = next
    color = bySign(stage)
    if (!player) {
      const say = (step) => `${Math.round(step) + 1}`
      player = new Player(stage, { label: scene.says.rows, steps: rows(), rate: READING_RATE, say })
      const cell = scrubber(stage, "cell", { label: scene.says.cell, low: 1, high: count() })
      stage.controls.append(player.element, cell.element, notice)
    }
    stage.picture.replaceChildren()
    const height = stage.narrow ? 140 : CELL[1] - 4
    const pixel = (height - TITLE - (stage.narrow ? 0 : 66)) / rows()
    const side = pixel * rows()
    const digit = { x: 2, y: TITLE, width: side, height: side }
    const heat = { x: digit.x + side + 10, y: TITLE, width: (stage.narrow ? 6 : 13) * scene.classes.length, height: side }
    const wide = stage.narrow ? 160 : heat.width
    const bar = { x: stage.narrow ? stage.width - wide : heat.x, y: height }
    const across = stage.narrow ? 3 : 6
    const map = { width: (stage.width - 4 - (across - 1) * GAP) / across, height: stage.narrow ? 64 : clamp(stage.height - height, 38, 84) }
    const top = height + 12
    const places = scene.quantities.map((_quantity, k) => ({
      x: 2 + (k % across) * (map.width + GAP), y: top + TITLE + Math.floor(k / across) * (map.height + TITLE + 4), ...map,
    }))
    const low = top + (scene.quantities.length / across) * (map.height + TITLE + 4)
    const scale = stage.narrow ? stage.width / CELL[0] : Math.min(1, (stage.width - heat.x - heat.width - 24) / CELL[0])
    images = { digit: imageAt(stage.picture, digit), heat: imageAt(stage.picture, heat) }
    maps = places.map((place) => imageAt(stage.picture, place))
    svg = drawing(stage.picture, stage.width, stage.narrow ? low + CELL[1] * scale : low)
    const word = (x, y, text, look = {}) => shape(svg, "text", { x, y, "dominant-baseline": "central", ...look }, text)
    answer = word(stage.narrow ? bar.x : digit.x, stage.narrow ? 10 : height - 32, "", { "font-weight": 700, "font-size": stage.narrow ? 14 : 15 })
    scene.classes.forEach((name, k) => stage.narrow || word(heat.x + (k + 0.5) * (heat.width / scene.classes.length), 11, name, { "text-anchor": "middle" }))
    bars = scene.classes.map((name, k) => {
      const x = bar.x + (k + 0.5) * (wide / scene.classes.length)
      word(x, bar.y - 7, name, { "text-anchor": "middle" })
      return { bottom: bar.y - 16, tall: stage.narrow ? 84 : 44, box: shape(svg, "rect", { x: x - 5, width: 10, rx: 2 }) }
    })
    frames = [digit, heat].map(({ x, width }) => ({ box: shape(svg, "rect", { x, width, height: pixel, class: "now" }), y: TITLE, tall: pixel }))
    scene.quantities.forEach(({ label, symbol, note }, k) => {
      const { x, y, width, height: tall } = places[k]
      shape(word(x, y - 11, `${label} ${symbol}`, { "font-weight": 650, "font-size": stage.narrow ? 12 : 13 }), "title", {}, note)
      shape(svg, "rect", { ...places[k], class: "edge" })
      frames.push({ box: shape(svg, "rect", { x, width, height: tall / rows(), class: "now" }), y, tall: tall / rows() })
    })
    columns = places.map((place) => ({ ...place, box: shape(svg, "rect", { y: place.y - 2, width: place.width / count(), height: place.height + 4, class: "picked", rx: 2 }) }))
    for (const place of places) {
      const area = shape(svg, "rect", { ...place, class: "over" })
      area.addEventListener("click", (event) => {
        const { left, width } = area.getBoundingClientRect()
        stage.set({ cell: clamp(Math.floor(((event.clientX - left) / width) * count()) + 1, 1, count()) })
        stage.settle()
      })
    }
    const used = heat.x + heat.width
    const corner = stage.narrow ? [0, low] : [used + (stage.width - used - CELL[0] * scale) / 2, 0]
    diagram = cellDiagram(shape(svg, "g", { transform: `translate(${corner.join(" ")}) scale(${scale})` }))
    if (asked) player.play()
  }

  /** How far a row has been read: 0 while it is still to come. */
  const read = (step, line) => clamp(step - line + 1, 0, 1)

  function show({ step, cell }) {
    const { ink, probabilities } = scene.arrays
    const whole = Math.round(step)
    paint(images.digit, ink, ink.shape[1], (value, k) => gray(value * (UNREAD + (1 - UNREAD) * read(step, Math.floor(k / ink.shape[1])))))
    paint(images.heat, probabilities, scene.classes.length, (value, k) => color(value * read(step, Math.floor(k / scene.classes.length))))
    maps.forEach((canvas, k) => paint(canvas, quantity(k), count(), (value, at) => color((value / scene.largest[k]) * read(step, Math.floor(at / count())))))
    for (const { box, y, tall } of frames) setAll(box, { y: y + step * tall })
    for (const { x, width, box } of columns) setAll(box, { x: x + (cell - 1) * (width / count()) })
    const now = between(probabilities, step, new Float32Array(scene.classes.length))
    const best = now.indexOf(Math.max(...now))
    bars.forEach(({ bottom, tall, box }, k) => {
      const high = Math.max(1, tall * now[k])
      setAll(box, { y: bottom - high, height: high, fill: k === best ? "var(--blue)" : "var(--st-gray-color)" })
    })
    setText(answer, fill(scene.says.answer, { answer: scene.classes[best], probability: percent(now[best]) }))
    diagram(whole, cell, step - Math.floor(step))
    setText(notice, say({ step, cell }))
  }

  /** One cell in one row: its gates, its memory, what it gives, and both sums written out. */
  function cellDiagram(place) {
    const at = { f: 112, i: 190, g: 268, o: 346, end: 412 }
    const [top, low, gates] = [24, 88, 150]
    const add = (at.i + at.g) / 2
    const wire = (x1, y1, x2, y2, look = {}) => shape(place, "line", { x1, y1, x2, y2, class: "wire", ...look })
    wire(76, top, at.end - 38, top, { "stroke-width": 3 })
    wire(at.f, gates, at.f, top)
    for (const x of [at.i, at.g]) wire(x, gates, x, low)
    wire(at.i, low, at.g, low)
    wire(add, low, add, top)
    wire(at.o, gates, at.o, top)
    wire(at.o, low + 16, at.end - 38, low + 16, { "stroke-width": 3 })
    const pulse = shape(place, "circle", { r: 5, cy: top, class: "pulse" })
    const word = (x, y, look = {}, text = "") => shape(place, "text", { x, y, "dominant-baseline": "central", "text-anchor": "middle", ...look }, text)
    const box = (x, y, symbol, label = "") => {
      const half = label ? 20 : 16
      const ends = { x: x - 37, y: y - half, width: 74, height: 2 * half, rx: 8 }
      shape(place, "rect", { ...ends, class: "page" })
      const tinted = shape(place, "rect", { ...ends, class: "node" })
      if (label) word(x, y - 9, { "font-size": 11 }, label)
      return { symbol, tinted, words: word(x, y + (label ? 8 : 0), { "font-weight": 650 }) }
    }
    const boxes = [box(40, top, "c₋₁"), box(at.end, top, "c"), box(at.end, low + 16, "h"), ...["f", "i", "g", "o"].map((symbol, k) => box(at[symbol], gates, symbol, scene.quantities[k].label))]
    for (const [x, y, sign] of [[at.f, top, "×"], [add, top, "+"], [add, low, "×"], [at.o, low - 22, "tanh"], [at.o, low + 16, "×"]]) {
      shape(place, "circle", { cx: x, cy: y, r: sign.length > 1 ? 18 : 13, class: "page node" })
      word(x, y, { "font-size": sign.length > 1 ? 12 : 17 }, sign)
    }
    const notes = [word((at.f + add) / 2, top - 13), word(add + 8, (top + low) / 2, { "text-anchor": "start" }), word(at.o + 24, low - 22, { "text-anchor": "start" })]
    const sums = [word(CELL[0] / 2, 186), word(CELL[0] / 2, 209)]
    const enclosed = (value) => (value < 0 ? `(${inCell(value)})` : inCell(value))
    return (step, cell, share) => {
      const [f, i, g, o, c, h] = scene.quantities.map((_quantity, k) => number(k, step, cell))
      const before = step ? number(4, step - 1, cell) : 0
      boxes.forEach(({ symbol, tinted, words }, k) => {
        const value = [before, c, h, f, i, g, o][k]
        setAll(tinted, tint(value, 1.3))
        setText(words, `${symbol} ${inCell(value)}`)
      })
      ;[f * before, i * g, Math.tanh(c)].forEach((value, k) => setText(notes[k], inCell(value)))
      setText(sums[0], `c = f·c₋₁ + i·g ≈ ${inCell(f)}·${enclosed(before)} + ${inCell(i)}·${enclosed(g)} ≈ ${inCell(c)}`)
      setText(sums[1], `h = o·tanh(c) ≈ ${inCell(o)}·tanh(${inCell(c)}) ≈ ${inCell(h)}`)
      setAll(pulse, { cx: 76 + (at.end - 114) * share, opacity: share ? 1 : 0 })
    }
  }

  const say = ({ step, cell }) => {
    const line = Math.round(step)
    const added = number(1, line, cell) * number(2, line, cell)
    const values = { cell: scene.cells[cell - 1], row: line + 1, kept: percent(number(0, line, cell)), added: (added >= 0 ? "+" : "") + fixed(added) }
    return `${scene.sentences[line]} ${fill(scene.says.does, values)}`
  }

  const numbers = ({ cell }) => tableOf(scene.says.head, Array.from({ length: rows() }, (_row, step) => {
    const now = row(scene.arrays.probabilities, step)
    const best = now.indexOf(Math.max(...now))
    return [step + 1, scene.classes[best], fixed(now[best]), ...scene.quantities.map((_quantity, k) => fixed(number(k, step, cell), 3))]
  }))

  const told = ({ step, cell }) => ({ row: Math.round(step) + 1, cell })

  return { layout, show, say, numbers, told }
}
