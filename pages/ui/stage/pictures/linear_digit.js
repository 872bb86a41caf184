// @ts-check
import { row } from "../arrays.js"
import { drawing } from "../chart.js"
import { fill, make, setAll, setText, shape, short, tableOf } from "../dom.js"
import { onPoint } from "../drag.js"
import { Matrix } from "../matrix.js"
import { Player } from "../player.js"

const SIDE = 28 // pixels of a digit's side
const HEAD = 22 // pixels of a title
const SIGNS = ["×", "=", ""]

/** A whole digit as the inputs of one output: each pixel times its own weight, and the products as an image. */
export function linear_digit(stage) {
  let scene, panels, drawn
  const place = make("div", "picture")
  const line = make("div", "legend")
  stage.picture.append(place, line)

  function layout(next) {
    scene = next
    const { says } = scene
    if (!stage.controls.firstChild) {
      const say = (at) => says.stages[Math.round(at)]
      stage.controls.append(new Player(stage, { name: "flow", label: says.flow, steps: 3, rate: 0.8, say }).element)
    }
    place.replaceChildren()
    drawn = null
    const between = stage.narrow ? 4 : 26
    const cell = Math.max(2.5, Math.min((stage.height - HEAD) / SIDE, (stage.width - 3 * between - 48) / (3 * SIDE)))
    const size = SIDE * cell
    panels = ["x", "weight", says.products].map((name, k) => {
      const svg = drawing(place, size + between, size + HEAD + 2)
      shape(svg, "text", { y: 13, "font-weight": 650 }, name)
      if (!stage.narrow) shape(svg, "text", { x: size + 8, y: HEAD + size / 2, "font-size": 20 }, SIGNS[k])
      onPoint(svg, (x, y) => stage.set({ pixel: panels[k].at(x, y - HEAD) }), () => stage.set({ pixel: null }))
      shape(svg, "rect", { y: HEAD, width: size, height: size, class: "cell", fill: "none" })
      return new Matrix(svg, { rows: SIDE, columns: SIDE, y: HEAD, cell: [cell, cell], write: null })
    })
  }

  /** The numbers of this output: inputs, weights, products and their sum with the bias. */
  function now({ output }) {
    const which = scene.outputs.indexOf(output)
    const { x, bias } = scene.arrays
    const weight = row(scene.arrays.weight, which)
    const products = Float64Array.from(x, (pixel, k) => pixel * weight[k])
    return { x, weight, products, sum: products.reduce((total, product) => total + product, bias?.[which] ?? 0) }
  }

  function show(values) {
    const { x, weight, products, sum } = now(values)
    const { pixel, flow, output } = values
    if (drawn !== output) [x, weight, products].forEach((numbers, k) => panels[k].show(numbers))
    drawn = output
    for (const panel of panels) {
      setAll(panel.frame, { visibility: pixel ? "visible" : "hidden" })
      if (pixel) panel.mark(...pixel)
    }
    setAll(panels[2].whole, { opacity: 0.1 + 0.9 * Math.min(1, flow) })
    const at = pixel && pixel[0] * SIDE + pixel[1]
    const told = pixel ? fill(scene.says.pixel, { row: pixel[0], column: pixel[1], x: short(x[at]), weight: short(weight[at]), product: short(products[at]) }) : scene.says.point
    setText(line, `${fill(scene.says.sum, { row: 0, output, value: flow < 2 ? "…" : short(sum, 4) })}. ${told}`)
  }

  const say = (values) => fill(scene.says.sum, { row: 0, output: values.output, value: short(now(values).sum, 4) })

  const numbers = (values) => {
    const { x, weight, products } = now(values)
    const middle = Array.from({ length: SIDE }, (_column, k) => (SIDE / 2) * SIDE + k)
    return tableOf(["x", "weight", scene.says.product], middle.map((at) => [x, weight, products].map((numbers) => short(numbers[at]))))
  }

  return { layout, show, say, numbers }
}
