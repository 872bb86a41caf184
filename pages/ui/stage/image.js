// @ts-check
// Numbers as the pixels of a canvas, which is as large as their matrix and enlarged by CSS.
import { make } from "./dom.js"

/** A canvas over the picture, at a place and of a size in its pixels. */
export function imageAt(parent, { x, y, width, height }) {
  const canvas = /** @type {HTMLCanvasElement} */ (make("canvas", "image"))
  Object.assign(canvas.style, { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` })
  parent.append(canvas)
  return canvas
}

/** Paint a matrix of so many columns; `shade(value, place)` gives each pixel as `gray` and `bySign` do. */
export function paint(canvas, values, columns, shade) {
  const rows = values.length / columns
  if (canvas.width !== columns || canvas.height !== rows) Object.assign(canvas, { width: columns, height: rows })
  const context = canvas.getContext("2d")
  const image = context.createImageData(columns, rows)
  const pixels = new Uint32Array(image.data.buffer)
  for (let place = 0; place < values.length; place++) pixels[place] = shade(values[place], place)
  context.putImageData(image, 0, 0)
}

/** Black at 0 and white at 1. */
export function gray(value, strength = 1) {
  const level = Math.round(255 * value)
  return (Math.round(255 * strength) << 24) | (level << 16) | (level << 8) | level
}

/** A shade of the page's blue for what is positive, and of its orange for what is negative. */
export function bySign(stage) {
  const look = getComputedStyle(stage.place)
  const [plus, minus] = ["--blue", "--orange"].map((name) => {
    const hex = parseInt(look.getPropertyValue(name).trim().slice(1), 16)
    return ((hex & 255) << 16) | (hex & 0xff00) | (hex >> 16) // a pixel's bytes are red, green, blue, alpha
  })
  return (share) => (Math.round(255 * Math.min(1, Math.abs(share))) << 24) | (share < 0 ? minus : plus)
}
