// @ts-check
import { fixed, setAll, setText, shape, short } from "./dom.js"

const STRONGEST = 0.7 // opacity of the largest number's cell, so that its number can be read in both themes
const NAMES = 22 // pixels, beside the rows and above the columns

/** The colour of a number: blue where it is positive, orange where it is negative, stronger where it is larger. */
export function tint(value, largest) {
  const strength = Number.isFinite(value) && largest ? Math.min(1, Math.abs(value) / largest) : 0
  return { fill: value < 0 ? "var(--orange)" : "var(--blue)", "fill-opacity": (STRONGEST * strength).toFixed(3) }
}

/** A number in about four characters, as it fits a cell or a neuron. */
export function inCell(value) {
  return Math.abs(value) < 10 ? fixed(value) : short(value)
}

/** The largest size among numbers. */
export function largestOf(values) {
  return values.reduce((largest, value) => Math.max(largest, Math.abs(value) || 0), 0)
}

/** A matrix as coloured cells with its numbers in them; `show` changes the numbers, `mark` moves a frame over cells. */
export class Matrix {
  /**
   * @param {Element} parent an SVG, or a group in one
   * @param {{ rows: number, columns: number, x?: number, y?: number, cell?: [number, number], rowNames?: string[],
   *           columnNames?: string[], write?: ((value: number) => string) | null }} look
   *   `cell` is the width and height of one; `write` null leaves the numbers out
   */
  constructor(parent, { rows, columns, x = 0, y = 0, cell = [58, 34], rowNames = [], columnNames = [], write = inCell }) {
    Object.assign(this, { rows, columns, cell, write })
    this.left = rowNames.length ? NAMES : 1
    this.top = columnNames.length ? NAMES : 1
    this.width = this.left + columns * cell[0] + 1
    this.height = this.top + rows * cell[1] + 1
    const whole = (this.whole = shape(parent, "g", { transform: `translate(${x} ${y})`, "text-anchor": "middle" }))
    const word = (at, text, look = {}) => shape(whole, "text", { x: at[0], y: at[1], "dominant-baseline": "central", ...look }, text)
    rowNames.forEach((name, row) => word([this.left - 6, this.middle(row, 0)[1]], name, { "text-anchor": "end", class: "index" }))
    columnNames.forEach((name, column) => word([this.middle(0, column)[0], NAMES / 2], name, { class: "index" }))
    const gap = write ? 1 : 0
    const size = { width: cell[0] - gap, height: cell[1] - gap, rx: write ? 3 : 0, class: write ? "cell" : "pixel" }
    const places = Array.from({ length: rows * columns }, (_cell, place) => this.middle(Math.floor(place / columns), place % columns))
    this.boxes = places.map(([cx, cy]) => shape(whole, "rect", { x: cx - cell[0] / 2, y: cy - cell[1] / 2, ...size }))
    this.words = write ? places.map((at) => word(at, "")) : []
    this.frame = shape(whole, "rect", { class: "frame", rx: 3, visibility: "hidden" })
  }

  /** The middle of a cell, in pixels from the upper left corner. */
  middle(row, column) {
    return [this.left + (column + 0.5) * this.cell[0], this.top + (row + 0.5) * this.cell[1]]
  }

  /** The row and column at such a place; null beside the matrix. */
  at(x, y) {
    const [row, column] = [Math.floor((y - this.top) / this.cell[1]), Math.floor((x - this.left) / this.cell[0])]
    return row >= 0 && row < this.rows && column >= 0 && column < this.columns ? [row, column] : null
  }

  /** @param {ArrayLike<number>} values row after row  @param {number} largest the size with the strongest colour */
  show(values, largest = largestOf(Array.from(values))) {
    this.boxes.forEach((box, place) => setAll(box, tint(values[place], largest)))
    this.words.forEach((word, place) => setText(word, this.write(values[place])))
  }

  /** Frame so many rows and columns from a cell on. */
  mark(row, column, rows = 1, columns = 1) {
    const [width, height] = this.cell
    const size = { width: columns * width - 1, height: rows * height - 1 }
    setAll(this.frame, { x: this.left + column * width, y: this.top + row * height, ...size, visibility: "visible" })
  }
}
