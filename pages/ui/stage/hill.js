// @ts-check
import { lookUpGrid } from "./arrays.js"
import { canvas } from "./canvas.js"
import { onDrag } from "./drag.js"

const [LONG, WIDE, HIGH] = [1.25, 1, 0.5] // of the block that the hill fills
const [FLATTEST, STEEPEST] = [0.35, 1.35] // radians from which it can be looked at

/** A surface as a hill that is turned by dragging: `heights` from 0 to 1, rows from front to back. */
export class Hill {
  constructor(parent, { width, height, heights, gray, turned }) {
    Object.assign(this, { width, height, heights, gray, turned })
    this.turn = -0.75
    this.tilt = 0.9
    this.size = Math.min(width / 1.6, height / 1.55)
    this.context = canvas(parent, width, height, "drag-x")
    let last = null
    onDrag(this.context.canvas, {
      start: (x, y) => (last = [x, y]) && undefined,
      move: (x, y) => {
        this.look(this.turn + (x - last[0]) * 0.01, this.tilt + (y - last[1]) * 0.01)
        last = [x, y]
      },
    })
    this.draw()
  }

  /** Look at it from elsewhere. */
  look(turn, tilt = this.tilt) {
    this.turn = turn
    this.tilt = Math.max(FLATTEST, Math.min(STEEPEST, tilt))
    this.draw()
    this.turned()
  }

  /** The pixels of a point on the surface, which is given as shares of the way along and across. */
  project(along, across) {
    return this.pixels(along, across, lookUpGrid(this.heights, along, across))
  }

  pixels(along, across, high) {
    const [x, y, z] = [(along - 0.5) * LONG, (across - 0.5) * WIDE, (high - 0.5) * HIGH]
    const aside = x * Math.cos(this.turn) - y * Math.sin(this.turn)
    const away = x * Math.sin(this.turn) + y * Math.cos(this.turn)
    return [
      this.width / 2 + this.size * aside,
      this.height * 0.52 - this.size * (away * Math.sin(this.tilt) + z * Math.cos(this.tilt)),
    ]
  }

  /** Draw the cells from the farthest to the nearest; each takes away what it hides, so that any page shines through. */
  draw() {
    const { context, heights } = this
    const [rows, columns] = heights.shape
    const corners = Array.from(heights, (high, k) =>
      this.pixels((k % columns) / (columns - 1), Math.floor(k / columns) / (rows - 1), high))
    context.clearRect(0, 0, this.width, this.height)
    context.fillStyle = context.strokeStyle = this.gray
    context.lineWidth = 0.6
    const order = (count, down) => Array.from({ length: count }, (_n, k) => (down ? count - 1 - k : k))
    for (const row of order(rows - 1, Math.cos(this.turn) > 0)) {
      for (const column of order(columns - 1, Math.sin(this.turn) > 0)) {
        const k = row * columns + column
        context.beginPath()
        for (const corner of [k, k + 1, k + columns + 1, k + columns]) context.lineTo(...corners[corner])
        context.closePath()
        const light = (heights[k + 1] - heights[k]) * columns * 0.1 + heights[k] * 0.6
        this.paint("destination-out", 1)
        this.paint("source-over", Math.max(0.06, Math.min(0.85, 0.14 + light)))
        context.globalAlpha = 0.5
        context.stroke()
      }
    }
  }

  paint(how, alpha) {
    this.context.globalCompositeOperation = how
    this.context.globalAlpha = alpha
    this.context.fill()
  }
}
