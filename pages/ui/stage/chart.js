// @ts-check
import { setAll, shape, short } from "./dom.js"

const MARGIN = { left: 46, right: 14, top: 12, bottom: 34 }
const TARGET = 22 // pixels; what a finger can hit

/** Round numbers between two limits, about so many. */
export function ticks([low, high], count) {
  const rough = (high - low) / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10)
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)
  return Array.from({ length: last - first + 1 }, (_nothing, place) => +((first + place) * step).toPrecision(12))
}

/** An SVG as wide and high as told, in the colour of the page's text. */
export function drawing(parent, width, height) {
  return shape(parent, "svg", { width, height, viewBox: `0 0 ${width} ${height}`, fill: "currentColor", "font-size": 13 })
}

/** The `d` of an arrow from one point to another; nothing where they are as good as the same. */
export function arrow(x1, y1, x2, y2, head = 7) {
  const length = Math.hypot(x2 - x1, y2 - y1)
  if (!(length >= 1)) return ""
  const [dx, dy] = [((x2 - x1) / length) * head, ((y2 - y1) / length) * head]
  const wings = [0.6, -0.6].map((side) => `M${(x2 - dx + side * dy).toFixed(1)} ${(y2 - dy - side * dx).toFixed(1)}L${x2} ${y2}`)
  return `M${x1} ${y1}L${x2} ${y2}${wings.join("")}`
}

/**
 * Two axes, and lines and dots over them.
 *
 * Its x and y map numbers to pixels, `fromX` and `fromY` the way back. `back` lies behind the curves, `front` before.
 */
export class Chart {
  /**
   * @param {Element} parent
   * @param {{ width: number, height: number, x: [number, number], y: [number, number], xLabel?: string,
   *           yLabel?: string, margin?: Partial<typeof MARGIN>, says?: (tick: number) => string,
   *           saysY?: (tick: number) => string, names?: string[] }} look
   *   `names` stand below columns of the width 1, where x goes from 0, instead of numbers
   */
  constructor(parent, { width, height, x, y, xLabel = "", yLabel = "", margin = {}, says = short, saysY = says, names }) {
    this.box = { ...MARGIN, ...margin }
    Object.assign(this, { width, height, saysY, domain: { x, y } })
    this.svg = drawing(parent, width, height)
    this.back = shape(this.svg, "g")
    this.middle = shape(this.svg, "g", { fill: "none", "clip-path": this.clip() })
    this.front = shape(this.svg, "g")
    this.across = shape(this.back, "g")
    names?.forEach((name, place) => this.word(this.x(place + 0.5), height - 22, name, { "text-anchor": "middle" }))
    for (const tick of names ? [] : ticks(x, Math.max(2, width / 90))) {
      this.grid({ x1: this.x(tick), x2: this.x(tick), y1: this.y(y[0]), y2: this.y(y[1]) }, tick)
      this.word(this.x(tick), height - 22, says(tick), { "text-anchor": "middle" })
    }
    this.rescale(y)
    this.word(width - this.box.right, height - 6, xLabel, { "text-anchor": "end", "font-style": "italic" })
    if (yLabel) this.word(this.box.left + 6, this.box.top + 8, yLabel, { "font-style": "italic" }, this.front)
  }

  /** Another range of y; the curves are to be drawn again. */
  rescale(y) {
    this.domain.y = y
    this.across.replaceChildren()
    const [x1, x2] = this.domain.x.map((end) => this.x(end))
    for (const tick of ticks(y, Math.max(2, this.height / 60))) {
      this.grid({ x1, x2, y1: this.y(tick), y2: this.y(tick) }, tick, this.across)
      this.word(this.box.left - 6, this.y(tick), this.saysY(tick), { "text-anchor": "end" }, this.across)
    }
  }

  x(value) {
    const [low, high] = this.domain.x
    return this.box.left + ((value - low) / (high - low)) * (this.width - this.box.left - this.box.right)
  }

  y(value) {
    const [low, high] = this.domain.y
    return this.height - this.box.bottom - ((value - low) / (high - low)) * (this.height - this.box.top - this.box.bottom)
  }

  fromX(pixel) {
    const [low, high] = this.domain.x
    return low + ((pixel - this.box.left) / (this.width - this.box.left - this.box.right)) * (high - low)
  }

  fromY(pixel) {
    const [low, high] = this.domain.y
    return low + ((this.height - this.box.bottom - pixel) / (this.height - this.box.top - this.box.bottom)) * (high - low)
  }

  clip() {
    const name = `clip${Math.random().toString(36).slice(2)}`
    const clip = shape(this.svg, "clipPath", { id: name })
    const { left, right, top, bottom } = this.box
    shape(clip, "rect", { x: left, y: top, width: this.width - left - right, height: this.height - top - bottom })
    return `url(#${name})`
  }

  grid(ends, tick, parent = this.back) {
    shape(parent, "line", { ...ends, class: tick === 0 ? "zero" : "grid" })
  }

  word(x, y, text, attributes = {}, parent = this.back) {
    return shape(parent, "text", { x, y, "dominant-baseline": "central", ...attributes }, text)
  }

  /** The `d` of a line through points; a gap where a number is not finite. */
  path(xs, ys) {
    let [text, pen] = ["", "M"]
    for (let place = 0; place < xs.length; place++) {
      if (Number.isFinite(ys[place])) {
        text += `${pen}${this.x(xs[place]).toFixed(2)} ${this.y(ys[place]).toFixed(2)}`
        pen = "L"
      } else pen = "M"
    }
    return text
  }

  line(xs, ys, attributes = {}) {
    return shape(this.middle, "path", { d: this.path(xs, ys), "stroke-width": 3, "stroke-linejoin": "round", ...attributes })
  }

  /** A dot; `moveDot` puts it somewhere. With `held` it has the size that a finger can hit around it. */
  dot(attributes = {}, held = false) {
    const dot = shape(this.front, "g", held ? { class: "held" } : {})
    if (held) shape(dot, "circle", { r: TARGET, fill: "transparent" })
    shape(dot, "circle", { r: 8, class: "dot", ...attributes })
    return dot
  }

  moveDot(dot, x, y) {
    setAll(dot, { transform: `translate(${this.x(x).toFixed(2)} ${this.y(y).toFixed(2)})` })
  }

  /** Move the ends of a straight line. */
  moveLine(line, x1, y1, x2, y2) {
    setAll(line, { x1: this.x(x1), y1: this.y(y1), x2: this.x(x2), y2: this.y(y2) })
  }
}
