// @ts-check
import { make } from "./dom.js"

/** Make a canvas as sharp as the screen and empty it; its brush measures in CSS pixels. */
export function sharp(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)]
  if (canvas.width !== across || canvas.height !== down) Object.assign(canvas, { width: across, height: down })
  const brush = canvas.getContext("2d")
  brush.setTransform(ratio, 0, 0, ratio, 0, 0)
  brush.clearRect(0, 0, width, height)
  return brush
}

/** A new canvas of this size, sharp and empty; returns its context. */
export function canvas(parent, width, height, name = "") {
  const element = /** @type {HTMLCanvasElement} */ (make("canvas", name, "", { style: `width: ${width}px; height: ${height}px` }))
  parent.append(element)
  const context = sharp(element, width, height)
  context.lineJoin = "round"
  return context
}

/** Where discs of a radius go so that none hides another: each stays as near to its own point as it can. */
export function spread(points, radius) {
  const apart = points.map(([x, y], k) => [x + Math.cos(2.4 * k) * 0.5, y + Math.sin(2.4 * k) * 0.5])
  for (let round = 0; round < 20; round++) {
    apart.forEach((first, k) => apart.slice(k + 1).forEach((second) => {
      const [dx, dy] = [second[0] - first[0], second[1] - first[1]]
      const gap = Math.hypot(dx, dy) || 1e-6
      const push = Math.max(0, radius - gap / 2) / gap
      first[0] -= dx * push
      first[1] -= dy * push
      second[0] += dx * push
      second[1] += dy * push
    }))
  }
  return apart
}
