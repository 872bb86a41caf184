// @ts-check
import { make } from "./dom.js"

/** A canvas that is sharp on every screen, to be drawn on in the page's pixels; returns its context. */
export function canvas(parent, width, height, name = "") {
  const fine = devicePixelRatio || 1
  const element = /** @type {HTMLCanvasElement} */ (make("canvas", name, "", {
    ...{ width: Math.round(width * fine), height: Math.round(height * fine) },
    style: `width: ${width}px; height: ${height}px`,
  }))
  parent.append(element)
  const context = /** @type {CanvasRenderingContext2D} */ (element.getContext("2d"))
  context.scale(fine, fine)
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
