// @ts-check
import { clamp, fourBits, row } from "../arrays.js"
import { arrow, drawing } from "../chart.js"
import { fill, fixed, make, setAll, setText, shape, tableOf } from "../dom.js"
import { onDrag } from "../drag.js"
import { bySign, gray, imageAt, paint } from "../image.js"
import { scrubber } from "../scrubber.js"

const SHADES = 15 // of what is never negative
const TITLE = 24
const HIGHEST = 56 // pixels of a row, where there are few

/** A batch on its way through a network: a matrix behind each layer, with a row for each image. */
export function digit_batch(stage) {
  let scene, digit, bars, chooser, box
  const place = make("div", "picture")
  const line = make("div", "legend")
  stage.picture.append(place, line)
  const count = () => scene.arrays.images.shape[0]

  function layout(next) {
    scene = next
    const { images, hidden, outputs } = scene.arrays
    if (!chooser) {
      chooser = scrubber(stage, "row", { label: scene.says.label, low: 0, high: count() - 1 })
      stage.controls.append(chooser.element)
    }
    chooser.limit(0, count() - 1)
    chooser.element.style.visibility = count() < 2 ? "hidden" : "visible"
    place.replaceChildren()
    const { narrow, width } = stage
    const side = narrow ? 0 : 140
    const gaps = narrow ? 22 : 96
    const room = width - (side ? side + 30 : 0) - 2 * gaps
    const tall = Math.min(stage.height - 2 * TITLE, HIGHEST * count())
    const y = TITLE + (stage.height - 2 * TITLE - tall) / 2
    const widths = [0.5, 0.34, 0.16].map((share) => share * room)
    let x = side ? side + 30 : 0
    const boxes = widths.map((wide) => {
      const found = { x, y, width: wide, height: tall }
      x += wide + gaps
      return found
    })
    box = boxes[0]
    const color = bySign(stage)
    const paints = [
      [fourBits(images), 2 * images.shape[1], (value) => gray(value / SHADES)],
      [fourBits(hidden), 2 * hidden.shape[1], (value) => color(value / SHADES)],
      [outputs, outputs.shape[1], (value) => color(value / scene.largest)],
    ]
    digit = side && imageAt(place, { x: 0, y: TITLE + (stage.height - 2 * TITLE - side) / 2, width: side, height: side })
    const canvases = boxes.map((at) => imageAt(place, at))
    canvases.forEach((canvas, k) => paint(canvas, paints[k][0], paints[k][1], paints[k][2]))
    const svg = drawing(place, width, stage.height)
    bars = boxes.map((at, k) => {
      const middle = { x: at.x + at.width / 2, "text-anchor": "middle" }
      shape(svg, "rect", { ...at, class: "edge" })
      shape(svg, "text", { ...middle, y: at.y - 8, "font-size": narrow ? 11 : 13 }, scene.says.titles[k])
      shape(svg, "text", { ...middle, y: at.y + at.height + 18, "font-weight": 700, "font-size": narrow ? 11.5 : 15 }, scene.shapes[k])
      return shape(svg, "rect", { x: at.x - 2, width: at.width + 4, class: "bar" })
    })
    scene.says.between.forEach((text, k) => {
      const [from, to] = [boxes[k].x + boxes[k].width + 5, boxes[k + 1].x - 5]
      shape(svg, "path", { d: arrow(from, y + tall / 2, to, y + tall / 2), class: "wire", fill: "none" })
      if (!narrow) shape(svg, "text", { x: (from + to) / 2, y: y + tall / 2 - 9, "text-anchor": "middle", "font-size": 12 }, text)
    })
    for (const at of boxes) {
      const area = shape(svg, "rect", { ...at, class: "over" })
      onDrag(area, {
        start: () => stage.hold(),
        move: (_x, down) => stage.set({ row: clamp(Math.floor((down / at.height) * count()), 0, count() - 1) }),
        end: () => stage.settle(),
      })
    }
  }

  function show(values) {
    const at = Math.min(values.row, count() - 1)
    const height = box.height / count()
    for (const bar of bars) setAll(bar, { y: box.y + at * height - 2, height: height + 4 })
    if (digit) paint(digit, fourBits(row(scene.arrays.images, at)), scene.side, (value) => gray(value / SHADES))
    setText(line, say(values))
  }

  const say = (values) => {
    const at = Math.min(values.row, count() - 1)
    const [target, answer] = [scene.arrays.targets[at], scene.arrays.answers[at]]
    return fill(target === answer ? scene.says.right : scene.says.wrong, { row: at, target, answer })
  }

  const numbers = () => {
    const { outputs, targets, answers } = scene.arrays
    return tableOf(scene.says.head, Array.from(targets, (target, k) => [k, target, answers[k], ...Array.from(row(outputs, k), (output) => fixed(output))]))
  }

  return { layout, show, say, numbers }
}
