// Bytes of a frame -> numbers, and numbers -> words and colours. Nothing in this file keeps a state of its own.

const THUMB = 25
const GRID = 100
const LIMIT = 6
const MARKERS = ["●", "◆", "▲", "■", "✚", "▼"]

/** The header and the arrays of what core.playground.frame.pack has packed. */
function unpack(bytes) {
  // A copy: Streamlit hands out a view into its whole message, where no typed array of floats could begin.
  const buffer = bytes.slice().buffer
  const length = new DataView(buffer).getUint32(0, true)
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)))
  const kinds = { uint8: Uint8Array, float32: Float32Array }
  const arrays = {}
  for (const [name, [kind, shape, offset]] of Object.entries(header.arrays)) {
    const size = shape.reduce((product, side) => product * side, 1)
    arrays[name] = new kinds[kind](buffer, 4 + length + offset, size)
  }
  return { ...header, arrays }
}

/** A number as a person reads it; the width stays the same while it changes, so that nothing jumps. */
function short(value, digits = 2) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–"
  const size = Math.abs(value)
  const text = size >= 1e4 && size < Infinity ? size.toExponential(1) : size.toFixed(digits)
  return value < 0 && Number(text) !== 0 ? "−" + text : text
}

/** The small map at this place among those of a layer. */
function thumb(maps, place) {
  return maps.subarray(place * THUMB * THUMB, (place + 1) * THUMB * THUMB)
}

/** A sentence with its {names} filled in. */
function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_whole, name) => values[name])
}

/** An element with its class and its text; text only, so that no word of a person is ever read as HTML. */
function make(kind, name, text = "", attributes = {}) {
  const element = document.createElement(kind)
  element.className = name
  element.textContent = text
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  return element
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text
}

function setName(element, text) {
  if (element.getAttribute("aria-label") !== text) element.setAttribute("aria-label", text)
}

/** Any CSS colour as [red, green, blue]. */
function rgb(color) {
  const brush = (rgb.brush ??= document.createElement("canvas").getContext("2d"))
  brush.fillStyle = color
  return [1, 3, 5].map((start) => parseInt(brush.fillStyle.slice(start, start + 2), 16))
}

function mixed(from, to, share) {
  return from.map((channel, place) => Math.round(channel + (to[place] - channel) * share))
}

/** One pixel as the browser keeps it in an image on the machines that there are: alpha in the highest byte. */
function pixel([red, green, blue]) {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0
}

/** The pixel of every byte: from `low` over `middle`, which stands for 0, to `high`. */
function ramp(low, middle, high) {
  return Uint32Array.from({ length: 256 }, (_nothing, byte) => {
    const share = (byte - 128) / 127.5
    return pixel(mixed(middle, share < 0 ? low : high, Math.min(1, Math.abs(share)) ** 0.85 * 0.92))
  })
}

/** The pixel of every byte `class * 32 + 31 * probability`: the surer, the stronger the colour. */
function classRamp(middle, colors) {
  return Uint32Array.from({ length: 256 }, (_nothing, byte) => {
    return pixel(mixed(middle, colors[(byte >> 5) % colors.length], ((byte & 31) / 31) * 0.92))
  })
}

/** The same pixels without shades: only the side, or only the class. */
function inSteps(pixels, classes) {
  return pixels.map((_pixel, byte) => pixels[classes ? byte | 31 : byte < 128 ? 0 : 255])
}

/** Paint bytes as a square picture onto a canvas that has as many pixels. */
function paintBytes(canvas, bytes, pixels) {
  const side = Math.round(Math.sqrt(bytes.length))
  if (canvas.width !== side) canvas.width = canvas.height = side
  const brush = canvas.getContext("2d")
  const image = brush.createImageData(side, side)
  const target = new Uint32Array(image.data.buffer)
  for (let place = 0; place < bytes.length; place++) target[place] = pixels[bytes[place]]
  brush.putImageData(image, 0, 0)
}

/** Make a canvas as sharp as the screen; returns its brush, which then measures in CSS pixels. */
function sharp(canvas) {
  const { clientWidth: width, clientHeight: height } = canvas
  const ratio = window.devicePixelRatio || 1
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio)
    canvas.height = Math.round(height * ratio)
  }
  const brush = canvas.getContext("2d")
  brush.setTransform(ratio, 0, 0, ratio, 0, 0)
  brush.clearRect(0, 0, width, height)
  return { brush, width, height }
}

/** Add the outline of the marker of a class to the brush's path: each class has its own shape beside its colour. */
function outline(brush, shape, x, y, r) {
  const corners = {
    1: [[0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]],
    2: [[0, -1.2], [1.15, 0.9], [-1.15, 0.9]],
    3: [[-0.95, -0.95], [0.95, -0.95], [0.95, 0.95], [-0.95, 0.95]],
    4: [[-0.45, -1.2], [0.45, -1.2], [0.45, -0.45], [1.2, -0.45], [1.2, 0.45], [0.45, 0.45],
        [0.45, 1.2], [-0.45, 1.2], [-0.45, 0.45], [-1.2, 0.45], [-1.2, -0.45], [-0.45, -0.45]],
    5: [[0, 1.2], [1.15, -0.9], [-1.15, -0.9]],
  }[shape]
  if (!corners) {
    brush.moveTo(x + r, y)
    brush.arc(x, y, r, 0, 2 * Math.PI)
    return
  }
  corners.forEach(([dx, dy], place) => brush[place ? "lineTo" : "moveTo"](x + dx * r, y + dy * r))
  brush.closePath()
}

/** Draw points [x1, x2, x1, x2, ...], filled or hollow; `look(target)` gives the colour and the shape of one. */
function paintPoints(brush, side, points, targets, rim, look, hollow = false) {
  const groups = new Map()
  targets.forEach((target, place) => {
    const { color, shape } = look(target)
    const name = color + shape
    if (!groups.has(name)) groups.set(name, { color, path: new Path2D(), shape })
    const x = ((points[2 * place] + LIMIT) / (2 * LIMIT)) * side
    const y = ((LIMIT - points[2 * place + 1]) / (2 * LIMIT)) * side
    outline(groups.get(name).path, shape, x, y, side / (hollow ? 62 : 82))
  })
  for (const { color, path } of groups.values()) {
    Object.assign(brush, { fillStyle: color, lineWidth: hollow ? 4.6 : 1.3, strokeStyle: rim })
    if (!hollow) brush.fill(path)
    brush.stroke(path)
    if (!hollow) continue
    Object.assign(brush, { lineWidth: 2.2, strokeStyle: color })
    brush.stroke(path)
  }
}

/** Draw lines [{ values, color, dash }] over `epochs` into a canvas, from 0 to the largest value. */
function paintCurve(canvas, epochs, lines, faint) {
  const { brush, width, height } = sharp(canvas)
  brush.strokeStyle = faint
  brush.strokeRect(0.5, -1, width, height + 0.5)
  const last = epochs[epochs.length - 1]
  const top = Math.max(...lines.flatMap(({ values }) => [...values].filter(Number.isFinite)), 1e-9)
  for (const { values, color, dash } of lines) {
    brush.beginPath()
    brush.strokeStyle = color
    brush.lineWidth = 1.8
    brush.setLineDash(dash)
    values.forEach((value, place) => {
      const x = 1 + (last > epochs[0] ? (epochs[place] - epochs[0]) / (last - epochs[0]) : 0) * (width - 2)
      if (Number.isFinite(value)) brush.lineTo(x, height - 2 - (value / top) * (height - 6))
    })
    brush.stroke()
  }
  brush.setLineDash([])
}
