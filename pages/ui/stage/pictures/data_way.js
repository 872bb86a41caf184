// @ts-check
import { clamp } from "../arrays.js"
import { sharp } from "../canvas.js"
import { Chart, drawing } from "../chart.js"
import { fill, fixed, make, setAll, setText, shape, short, tableOf, writeSentence } from "../dom.js"
import { onPoint } from "../drag.js"
import { bySign, gray, imageAt, paint } from "../image.js"
import { Matrix, tint } from "../matrix.js"
import { Player } from "../player.js"
import { scrubber } from "../scrubber.js"

const RATE = 0.45 // stations a second
const SIDE = 28
const PIXELS = SIDE * SIDE
const HEAD = 22 // pixels of a title
const STEP = 0.01 // of mean and std
const AXIS = [-3, 5] // of the histogram
const BRIGHT = 2.8 // the value with the full colour, once pixels are normalized
const ease = (share) => share * share * (3 - 2 * share)
const part = (place, from, to) => clamp((place - from) / (to - from), 0, 1)
const mix = (from, to, share) => from + (to - from) * share

/** A byte after ToTensor, and `share` of the way through Normalize. */
export function normalized(byte, mean, std, share = 1) {
  return (byte / 255 - share * mean) / mix(1, std, share)
}

/** Images on their way from the bytes of a file to the batch that a network is fed, and their labels. */
export function data_way(stage) {
  let scene, player, size, one, many, single, batch
  const stations = make("div", "stations")
  const place = make("div", "picture")
  const notice = make("div", "notice")
  stage.picture.append(stations, place)

  function layout(next) {
    const isNew = !scene
    scene = next
    const { says, limits } = scene
    if (!player) {
      player = new Player(stage, { name: "station", label: says.label, steps: scene.stations.length, rate: RATE, say: (at) => scene.stations[Math.round(at)][0] })
      const sliders = ["mean", "std"].map((name) => {
        const low = limits[name][0] + ((stage.values[name] - limits[name][0]) % STEP) // so that the set's own value is on its way
        return scrubber(stage, name, { label: says[name], low: Number(low.toFixed(4)), high: limits[name][1], step: STEP, say: (value) => short(value, 4) }).element
      })
      stage.controls.append(player.element, ...sliders, notice)
    }
    stations.replaceChildren(...scene.stations.map(([name, what], k) => {
      const button = make("button", "", "", { type: "button" })
      button.append(make("b", "", name), make("span", "", what))
      button.addEventListener("click", () => player.go(k))
      return button
    }))
    place.replaceChildren()
    size = { width: stage.width, height: Math.max(200, stage.height - stations.offsetHeight - 6) }
    batch = imageAt(place, { x: 0, y: 0, ...size })
    one = oneImage()
    many = manyImages()
    player.take(scene.stations.length, isNew)
  }

  /** The first image, a part of its numbers, and what it is: lines of the file, or the histogram. */
  function oneImage() {
    const { says } = scene
    const side = stage.narrow ? Math.min(size.height * 0.42, size.width * 0.4) : size.height - HEAD
    const tall = stage.narrow ? size.height - side - 2 * HEAD - 8 : side
    const cell = [Math.min(52, (stage.narrow ? size.width : size.width * 0.32) / scene.lens_side), tall / scene.lens_side - 0.3]
    const lens = stage.narrow ? [0, side + 2 * HEAD + 4] : [side + 24, HEAD]
    const rest = stage.narrow ? [side + 10, 0] : [lens[0] + cell[0] * scene.lens_side + 24, 0]
    const canvas = imageAt(place, { x: 0, y: HEAD, width: side, height: side })
    const svg = (single = drawing(place, size.width, size.height))
    const bold = { "font-weight": 650 }
    shape(svg, "text", { y: 13, ...bold }, says.image)
    shape(svg, "text", { x: lens[0], y: lens[1] - 9, ...bold }, says.lens)
    const unit = side / SIDE
    const frame = shape(svg, "rect", { class: "lens", width: scene.lens_side * unit, height: scene.lens_side * unit })
    const hit = shape(svg, "rect", { y: HEAD, width: side, height: side, class: "cell", fill: "transparent" })
    onPoint(hit, (x, y) => stage.set({ lens: [y, x].map((at) => clamp(Math.floor(at / unit - scene.lens_side / 2 + 0.5), 0, SIDE - scene.lens_side)) }), () => stage.set({ lens: null }))
    const numbers = new Matrix(svg, { rows: scene.lens_side, columns: scene.lens_side, x: lens[0], y: lens[1], cell })
    setAll(numbers.whole, { "font-size": Math.min(13, cell[0] / 3.2) })
    const width = size.width - rest[0]
    const [letters, line, words] = stage.narrow ? [10.5, 22, 80] : [15, 30, 130] // pixels; the words stand beside the bytes
    const lines = [scene.header, scene.item.map((code) => [code, ""])].map((texts) => {
      const group = shape(svg, "g", { "font-size": letters, opacity: 0, transform: `translate(${rest[0]} ${HEAD})` })
      texts.forEach(([code, text], k) => {
        shape(group, "text", { y: k * line + 14, class: "mono" }, code)
        shape(group, "text", { x: words, y: k * line + 14 }, text)
      })
      return group
    })
    const around = shape(svg, "g", { transform: `translate(${rest[0]} 0)`, opacity: 0 })
    const bars = scene.arrays.bars
    const highest = Math.log10(1 + Math.max(...bars)) * 1.12
    const chart = new Chart(around, { width, height: stage.narrow ? side + HEAD : size.height, x: AXIS, y: [0, highest], xLabel: says.value, saysY: (power) => (power ? `1e${power}` : ""), margin: { top: HEAD, left: 34 } })
    shape(around, "text", { y: 13, ...bold, "font-size": stage.narrow ? 10.5 : 13 }, says.histogram)
    const spread = shape(chart.middle, "rect", { y: chart.y(highest), height: chart.y(0) - chart.y(highest), fill: "var(--orange)", "fill-opacity": 0.18 })
    const middle = shape(chart.middle, "line", { stroke: "var(--orange)", "stroke-width": 2.5 })
    const boxes = Array.from(bars, (count) => {
      const y = chart.y(Math.log10(1 + count))
      return shape(chart.middle, "rect", { y, height: chart.y(0) - y, fill: "var(--blue)", "fill-opacity": 0.75 })
    })
    const moments = chart.word(chart.width - chart.box.right, HEAD + 12, "", { "text-anchor": "end", "font-size": stage.narrow ? 11 : 13 }, chart.front)
    return { canvas, frame, unit, side, numbers, lines, around, chart, spread, middle, boxes, moments }
  }

  /** The images of the batch: side by side, as rows of 784 numbers, and beside those their labels. */
  function manyImages() {
    const { labels } = scene.arrays
    const count = labels.length
    const columns = stage.narrow ? count / 2 : count
    const thumb = Math.min((size.width - 8) / columns - 10, (size.height - 10) / (count / columns) - 24)
    const gap = (size.width - columns * thumb) / columns
    const above = (size.height - (count / columns) * (thumb + 26)) / 2
    const corners = Array.from(labels, (_label, k) => [(k % columns) * (thumb + gap) + gap / 2, above + Math.floor(k / columns) * (thumb + 26)])
    const svg = drawing(place, size.width, size.height)
    setAll(svg, { class: "over" })
    const word = (x, y, text, look = {}) => shape(svg, "text", { x, y, "text-anchor": "middle", "dominant-baseline": "central", ...look }, text)
    const names = corners.map(([x, y], k) => word(x + thumb / 2, y + thumb + 12, `${scene.says.index} ${labels[k]}`))
    const wide = stage.narrow ? [21, 0.26] : [40, 0.42] // of a cell of the one-hot rows, and of the width for the images
    const group = shape(svg, "g")
    const line = (size.height - 24) / count
    const codes = new Matrix(group, { rows: count, columns: scene.arrays.one_hot.shape[1], x: size.width - wide[0] * 10 - 4, cell: [wide[0], line], columnNames: Array.from({ length: 10 }, (_c, k) => `${k}`), write: (value) => String(value) })
    codes.show(scene.arrays.one_hot)
    const middle = size.width * wide[1] + (size.width * (1 - wide[1]) - wide[0] * 10) / 2 - 4
    const indices = [word(middle, 11, scene.says.index), ...Array.from(labels, (label, k) => word(middle, codes.middle(k, 0)[1], stage.narrow ? `${label}` : `${label} →`, { "font-weight": 650, "font-size": 15 }))]
    const sprites = Array.from(labels, () => document.createElement("canvas"))
    return { thumb, corners, names, group, codes, indices, sprites, line, share: wide[1] }
  }

  function show(values) {
    const { station, mean, std } = values
    const at = Math.round(station)
    const share = ease(part(station, 2, 3))
    Array.from(stations.children).forEach((button, k) => setAll(button, { "aria-current": k === at ? "step" : "false" }))
    const alone = 1 - part(station, 3, 3.5)
    setAll(single, { opacity: alone, "pointer-events": alone ? "auto" : "none" })
    one.canvas.style.opacity = `${alone}`
    if (alone) showOne(values, at, share)
    showMany(station, mean, std)
    writeSentence(notice, say(values))
  }

  function showOne({ station, mean, std, lens }, at, share) {
    const [row, column] = lens ?? scene.lens
    const bytes = scene.arrays.images.subarray(0, PIXELS)
    const color = bySign(stage)
    paint(one.canvas, bytes, SIDE, (byte) => (share ? color(normalized(byte, mean, std, share) / mix(1, BRIGHT, share)) : gray(byte / 255)))
    setAll(one.frame, { x: column * one.unit, y: HEAD + row * one.unit })
    const shown = Array.from({ length: scene.lens_side ** 2 }, (_cell, k) => bytes[(row + Math.floor(k / scene.lens_side)) * SIDE + column + (k % scene.lens_side)])
    const writes = [(byte) => byte.toString(16).padStart(2, "0"), (byte) => `${byte}`, (byte) => fixed(byte / 255), (byte) => fixed(normalized(byte, mean, std, share))]
    const write = writes[Math.min(at, 3)]
    const signed = shown.map((byte) => (at < 3 ? byte / 255 : normalized(byte, mean, std, share) / BRIGHT))
    one.numbers.boxes.forEach((box, k) => setAll(box, tint(signed[k], 1)))
    one.numbers.words.forEach((word, k) => setText(word, write(shown[k])))
    const shows = [1 - part(station, 0.4, 0.6), part(station, 0.4, 0.6) - part(station, 1.3, 1.5), part(station, 1.3, 1.6)]
    ;[...one.lines, one.around].forEach((group, k) => setAll(group, { opacity: shows[k] }))
    const to = (value) => one.chart.x(normalized(255 * value, mean, std, share))
    const width = scene.levels / one.boxes.length / (scene.levels - 1)
    one.boxes.forEach((box, k) => setAll(box, { x: to(k * width), width: Math.max(1, to((k + 1) * width) - to(k * width) - 0.5) }))
    const { mean_before: before, std_before: spread } = scene
    setAll(one.spread, { x: to(before - spread), width: to(before + spread) - to(before - spread) })
    setAll(one.middle, { x1: to(before), x2: to(before), y1: one.chart.y(one.chart.domain.y[1]), y2: one.chart.y(0) })
    setText(one.moments, fill(scene.says.moments, { mean: fixed(normalized(255 * before, mean, std, share)), std: fixed(spread / mix(1, std, share)) }))
  }

  function showMany(station, mean, std) {
    const [stacked, coded] = [part(station, 3, 4), part(station, 5, 6)].map(ease)
    const brush = sharp(batch, size.width, size.height)
    for (const name of many.names) setAll(name, { opacity: part(station, 3.6, 4) - part(station, 4.1, 4.3) })
    for (const element of [many.group, ...many.indices]) setAll(element, { opacity: part(station, 5.4, 6) })
    if (!stacked) return
    const key = `${mean} ${std}`
    if (many.painted !== key) {
      const color = bySign(stage)
      many.sprites.forEach((sprite, k) => paint(sprite, scene.arrays.images.subarray(k * PIXELS, (k + 1) * PIXELS), SIDE, (byte) => color(normalized(byte, mean, std) / BRIGHT)))
      many.painted = key
    }
    const pixel = mix(size.width, size.width * many.share, coded) / PIXELS
    many.sprites.forEach((sprite, k) => {
      const [x, y] = many.corners[k].map((end, axis) => (k ? end : mix(axis ? HEAD : 0, end, stacked)))
      const side = k ? many.thumb : mix(one.side, many.thumb, stacked)
      brush.globalAlpha = k ? part(stacked, 0.4, 1) : 1
      const begun = 4.05 + (k * 0.55) / many.sprites.length // one image after the other, and of each one row after the other
      brush.imageSmoothingEnabled = station > begun
      const top = many.codes.top + k * many.line + many.line * 0.18
      for (let row = 0; row < SIDE; row++) {
        const flat = ease(part(station, begun + (0.2 * row) / SIDE, begun + 0.2 + (0.2 * row) / SIDE))
        const [from, unit] = [[x, y + (row * side) / SIDE], side / SIDE]
        brush.drawImage(sprite, 0, row, SIDE, 1, mix(from[0], row * SIDE * pixel, flat), mix(from[1], top, flat), SIDE * mix(unit, pixel, flat), mix(unit, many.line * 0.64, flat))
      }
    })
  }

  const say = ({ station, mean, std }) => {
    const { mean_before: before, std_before: spread } = scene
    const numbers = { mean: short(mean, 4), std: short(std, 4), mean_before: fixed(before), std_before: fixed(spread) }
    return fill(scene.says.notices[Math.round(station)], { ...numbers, mean_after: fixed(normalized(255 * before, mean, std)), std_after: fixed(spread / std) })
  }

  const numbers = () => tableOf([scene.says.index, ...Array.from({ length: 10 }, (_c, k) => k)], Array.from(scene.arrays.labels, (label, k) => [label, ...scene.arrays.one_hot.subarray(10 * k, 10 * k + 10)]))

  return { layout, show, say, numbers, role: "group" }
}
