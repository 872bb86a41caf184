// @ts-check
import { make } from "./dom.js"

/** How the dashes of CSS are drawn in an SVG. */
export const DASHES = { solid: "none", dashed: "9 5", dotted: "2 5" }

/** Name lines beside their strokes; return the place behind each name, for what it reads now. */
export function legend(parent, series) {
  const readings = series.map(() => make("span", "reading"))
  parent.replaceChildren(...series.map(({ label, color, dash }, place) => {
    const line = make("span")
    line.append(make("span", "swatch", "", { style: `border-top: 4px ${dash} ${color}` }), make("b", "", label), readings[place])
    return line
  }))
  return readings
}
