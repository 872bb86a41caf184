// @ts-check
import { make, setAll, setText, shape } from "./dom.js"

const OUTLINES = [ // of the markers of the classes, each about 2 wide: its own shape beside its color
  "M1 0A1 1 0 1 1-1 0A1 1 0 1 1 1 0Z", "M0-1.3L1.3 0L0 1.3L-1.3 0Z", "M0-1.2L1.15.9H-1.15Z", "M-.95-.95H.95V.95H-.95Z",
  "M-.45-1.2H.45V-.45H1.2V.45H.45V1.2H-.45V.45H-1.2V-.45H-.45Z", "M0 1.2L1.15-.9H-1.15Z",
]
const SIZE = 0.011 // of a marker's radius, in widths of the plane

/** Any CSS color as [red, green, blue]. */
function rgb(color) {
  const brush = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"))
  brush.fillStyle = color
  return [1, 3, 5].map((start) => parseInt(String(brush.fillStyle).slice(start, start + 2), 16))
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

/** The colors of a scene on the page's present ground: for each byte of a map its pixel. */
export function shades({ positive, negative, classes }, ground) {
  const [low, high, middle] = [negative, positive, ground].map(rgb)
  const palette = classes.map(rgb)
  const signed = ramp(low, middle, high)
  return {
    signed,
    /** The color of a value from -1 to 1. */
    css: (value) => `#${(signed[Math.max(0, Math.min(255, Math.floor(128 + 127.5 * value)))] & 0xffffff).toString(16).padStart(6, "0").replace(/(..)(..)(..)/, "$3$2$1")}`,
    /** Of a byte `class * 32 + 31 * probability`: the surer, the stronger. */
    ofAll: Uint32Array.from({ length: 256 }, (_nothing, byte) =>
      pixel(mixed(middle, palette[(byte >> 5) % palette.length], ((byte & 31) / 31) * 0.92))),
    ofClass: palette.map((color) => ramp(middle, mixed(middle, color, 0.5), color)),
  }
}

/** The same pixels without shades: only the side, or only the class. */
export function inSteps(pixels, classes) {
  return pixels.map((_pixel, byte) => pixels[classes ? byte | 31 : byte < 128 ? 0 : 255])
}

/** A canvas whose pixels show a map: a value at each point of a square grid. */
export class Sheet {
  constructor(canvas, side) {
    this.side = canvas.width = canvas.height = side
    this.brush = canvas.getContext("2d")
    this.image = this.brush.createImageData(side, side)
    this.pixels = new Uint32Array(this.image.data.buffer)
  }

  /** Paint a map, or every so many points of it; a value's byte is `value * gain + offset`. */
  paint(values, shades, gain, offset) {
    const { side, pixels } = this
    const across = Math.round(Math.sqrt(values.length))
    const step = across / side
    const first = Math.floor(step / 2)
    for (let y = 0; y < side; y++) {
      let from = (first + y * step) * across + first
      for (let x = 0; x < side; x++, from += step) {
        const byte = values[from] * gain + offset
        pixels[y * side + x] = shades[byte < 0 ? 0 : byte > 255 ? 255 : byte | 0]
      }
    }
    this.brush.putImageData(this.image, 0, 0)
  }
}

/** The plane: a map, the points over it, and what the colors mean. */
export class Plane {
  constructor(parent) {
    const field = make("div", "field")
    const square = make("div", "square")
    const map = make("canvas", "plane", "", { "aria-hidden": "true" })
    square.append(map)
    this.points = shape(square, "svg", { class: "points", tabindex: 0, role: "img" })
    this.axes = ["y", "x"].map((name) => make("div", `axis ${name}`))
    field.append(this.axes[0], square, this.axes[1])
    this.scale = make("div", "scale")
    this.bar = make("canvas", "", "", { width: 256, height: 1 })
    this.ends = [make("span"), make("span"), make("span")]
    this.scale.append(this.ends[0], this.bar, ...this.ends.slice(1))
    this.classes = make("div", "classes")
    parent.append(field, this.scale, this.classes)
    this.sheet = new Sheet(map, 100)
  }

  /** Draw what stays as long as the data do: axes, points, classes. */
  layout({ limit, own, classes, task, colors, arrays, value_scale: scale, says }, look) {
    const numbers = [-limit, -limit / 2, 0, limit / 2, limit].map((number) => String(number).replace("-", "−"))
    this.axes.forEach((axis, place) => {
      const words = numbers.map((number, at) => make("span", "", at === 2 ? ["x₂", "x₁"][place] : number))
      axis.replaceChildren(...(place ? words : words.reverse()))
    })
    setAll(this.points, { viewBox: `${-limit} ${-limit} ${2 * limit} ${2 * limit}`, "data-own": own })
    this.points.replaceChildren()
    const color = {
      regression: (value) => look.css(value / scale),
      binary: (value) => (value ? colors.positive : colors.negative),
      multi_class: (value) => colors.classes[value % colors.classes.length],
    }[task]
    const outline = (value) => (task === "regression" ? OUTLINES[0] : OUTLINES[value % OUTLINES.length])
    for (const name of ["train", "test"]) {
      arrays[`${name}_targets`]?.forEach((target, place) => {
        const [x1, x2] = [arrays[name][2 * place], arrays[name][2 * place + 1]]
        const at = `translate(${x1.toFixed(3)} ${(-x2).toFixed(3)}) scale(${2 * limit * SIZE})`
        const point = shape(this.points, "g", { class: `${name} ${task}`, transform: at, color: color(target) })
        for (const part of ["rim", "body"]) shape(point, "path", { class: part, d: outline(target) })
      })
    }
    this.probe = shape(this.points, "g", { class: "probe" })
    for (const part of ["rim", "body"]) shape(this.probe, "path", { class: part, d: "M.3 0A.3.3 0 1 1-.3 0A.3.3 0 1 1 .3 0M.3 0H.6M-.3 0H-.6M0 .3V.6M0-.3V-.6" })
    this.classes.replaceChildren(...classes.map((name, place) => {
      const item = make("span", "class", name)
      const marker = shape(item, "svg", { viewBox: "-1.4 -1.4 2.8 2.8", width: 13, height: 13, color: color(place) })
      shape(marker, "path", { d: outline(place), fill: "currentColor" })
      item.prepend(marker)
      return item
    }))
    if (arrays.test) this.classes.append(...["train", "test"].map((name) => make("span", `of-${name}`, says[`${name}_points`])))
  }

  /** Mark a point [x1, x2], or none. */
  point(at) {
    setAll(this.probe, { visibility: at ? "visible" : "hidden", transform: at ? `translate(${at[0]} ${-at[1]})` : "" })
  }

  /** Show what the colors mean: three words around the pixels; none where the classes say it. */
  explain(name, pixels, words) {
    setAll(this.points, { "aria-label": name })
    const image = new ImageData(new Uint8ClampedArray(pixels.slice().buffer), 256, 1)
    this.bar.getContext("2d").putImageData(image, 0, 0)
    setAll(this.scale, { class: words ? "scale" : "scale unseen" })
    this.ends.forEach((end, place) => setText(end, words?.[place] ?? ""))
  }
}
