// @ts-check
import { sharp } from "./canvas.js"
import { fill, fixed, make, setAll, setText } from "./dom.js"
import { onDrag } from "./drag.js"
import { Sheet } from "./plane.js"

const THUMB = 25 // points along a side of a small map
const REACH = 7 // pixels from a line with the mouse, and twice as much with a finger
const TURN = 0.01 // of a weight, for each pixel that its line is dragged
const STILL = 3 // pixels; a press that moves no further is a click

/**
 * A network as columns of neurons, each with its map, and the lines between them. A number of it is
 * { layer, row, column }: the weight of a linear layer, or its bias where the column is "bias"; a unit is [layer, row],
 * where layer 0 has the features.
 */
export class Board {
  /**
   * @param {Element} parent
   * @param {{ hover(found: object): void, pick(unit, number?): void, change(event): void, turn(number, value): void,
   *           settle(number, value): void, weightOf(number): number, nameOf(unit): string }} tell
   */
  constructor(parent, tell) {
    this.tell = tell
    this.layers = parent.appendChild(make("div", "layers"))
    this.element = parent.appendChild(make("div", "board"))
    this.lines = make("canvas", "lines", "", { "aria-hidden": "true" })
    this.columns = this.element.appendChild(make("div", "columns"))
    this.element.addEventListener("pointermove", (event) => event.pointerType !== "touch" && this.pointAt(event))
    this.element.addEventListener("pointerleave", () => this.pointAt(null))
    this.element.addEventListener("click", (event) => {
      const { unit, number } = this.found(event)
      if (unit?.[0] > 0) this.tell.pick(unit)
      else if (number && (event.pointerType === "touch" || number.column === "bias")) this.pickNumber(number)
    })
    this.columns.addEventListener("focusin", (event) => this.tell.hover(this.found(event)))
    this.columns.addEventListener("focusout", () => this.tell.hover({}))
    this.element.addEventListener("touchstart", (event) => this.keepFromScrolling(event), { passive: false })
    onDrag(this.element, {
      start: (_x, y, event) => this.grasp(y, event),
      move: (_x, y) => this.pull(y),
      end: () => this.letGo(),
    })
  }

  /** Build the columns; whoever pressed a + by key goes on pressing it, although it is a new one. */
  build(scene) {
    Object.assign(this, { scene, line: null, chosen: null })
    const { says, sizes, features, inputs, activations, classes, task, max_layers: deepest, max_neurons: widest } = scene
    const root = this.element.getRootNode()
    const focused = root.activeElement?.dataset.focus
    const hidden = sizes.length - 1
    const button = (text, name, event, disabled) => {
      const made = make("button", "step", text, { type: "button", "aria-label": name, title: name, "data-focus": name })
      made.disabled = disabled
      made.addEventListener("click", () => this.tell.change(event))
      return made
    }
    this.features = features.map(({ key, label }, place) => {
      const on = inputs.includes(place)
      const unit = new Unit(on ? [0, inputs.indexOf(place)] : null, `feature ${on ? "" : "off"}`)
      unit.element.prepend(make("span", "label", label))
      const look = { "aria-pressed": on, title: on ? says.switch_off : says.switch_on, "data-focus": key, "data-feature": place }
      setAll(unit.map, { ...look, "aria-label": fill(says.feature, { label }) })
      unit.map.addEventListener("click", () => this.tell.change({ feature: key }))
      return unit
    })
    this.units = [inputs.map((place) => this.features[place])]
    sizes.forEach((size, layer) => this.units.push(Array.from({ length: size }, (_nothing, row) => {
      const unit = new Unit([layer + 1, row], layer === hidden ? "out" : "")
      if (layer === hidden && task === "multi_class") unit.element.append(make("span", "label", classes[row]))
      return unit
    })))
    const columns = [this.features, ...this.units.slice(1)].map((units, layer) => {
      const steps = make("div", "steps")
      if (layer > 0 && layer <= hidden) {
        const [fewer, more] = ["fewer", "more"].map((name) => fill(says[name], { layer }))
        steps.append(
          button("−", fewer, { layer: layer - 1, neurons: -1 }, units.length === 1),
          make("span", "count", String(units.length)),
          button("+", more, { layer: layer - 1, neurons: 1 }, units.length >= widest))
      }
      const rows = make("div", "units", "", { style: `--units: ${units.length}` })
      rows.append(...units.map(({ element }) => element))
      const column = make("div", layer ? "column" : "column features")
      const title = layer === 0 ? says.features : layer > hidden ? says.output : activations[layer - 1].label
      column.append(steps, make("div", "title", title), rows, make("div", "foot"))
      return column
    })
    this.columns.replaceChildren(this.lines, ...columns)
    this.columns.style.setProperty("--columns", String(columns.length))
    this.feet = columns.map((column) => column.lastChild)
    this.layers.replaceChildren(
      button("−", says.fewer_layers, { layers: -1 }, !hidden),
      make("span", "count", fill([says.no_layer, says.one_layer][hidden] ?? says.layers, { count: hidden })),
      button("+", says.more_layers, { layers: 1 }, hidden >= deepest))
    if (focused) root.querySelector(`[data-focus="${focused}"]`)?.focus()
  }

  /** Note where all units lie; the only reading of the layout, and not done while numbers come in. */
  place() {
    const from = this.columns.getBoundingClientRect()
    this.size = [from.width, from.height]
    this.spots = this.units.map((column) => column.map(({ map }) => {
      const box = map.getBoundingClientRect()
      return { left: box.left - from.left, right: box.right - from.left, y: (box.top + box.bottom) / 2 - from.top }
    }))
  }

  /** Show the present weights: all lines, and the biases. */
  showWeights() {
    const { positive, negative } = this.scene.colors
    const brush = sharp(this.lines, ...this.size)
    brush.lineCap = "round"
    this.eachLine((number, from, to) => {
      const weight = this.tell.weightOf(number)
      const size = Math.abs(weight)
      const marked = same(number, this.line) || same(number, this.chosen)
      const third = (to.left - from.right) / 3
      brush.beginPath()
      brush.moveTo(from.right, from.y)
      brush.bezierCurveTo(from.right + third, from.y, to.left - third, to.y, to.left, to.y)
      brush.globalAlpha = marked ? 1 : Math.min(0.95, 0.45 + 0.5 * size)
      brush.strokeStyle = weight < 0 ? negative : positive
      brush.lineWidth = Math.min(9, 0.6 + 2.4 * size) + (marked ? 2 : 0)
      brush.stroke()
    })
    for (const { place, bias } of this.units.slice(1).flat()) {
      const value = this.tell.weightOf(biasOf(place))
      const strength = Math.min(1, 0.25 + Math.abs(value)).toFixed(2)
      setAll(bias, { style: `--color: ${value < 0 ? negative : positive}; --strength: ${strength}` })
    }
  }

  /** Show what a snapshot says of units and layers: those that do not learn any more, and the gradients. */
  showHealth({ gradients, arrays: { health, flat } }) {
    const { says } = this.scene
    this.units.slice(1).flat().forEach(({ place, element, map, mark }, number) => {
      const state = health[number] ?? 0
      const condition = ["", says.dead, fill(says.saturated, { share: Math.round(100 * flat[number]) })][state]
      setAll(element, { "data-health": state })
      setText(mark, ["", "✕", "≈"][state])
      setAll(mark, { title: condition })
      const bias = fill(says.bias_is, { bias: fixed(this.tell.weightOf(biasOf(place))) })
      setAll(map, { "aria-label": `${this.tell.nameOf(place)}, ${bias}${condition && `. ${condition}`}` })
    })
    this.feet.slice(1).forEach((foot, layer) => {
      const size = gradients?.[layer] ?? null
      setText(foot, size === null ? "" : `∇ ${size < 0.001 && size > 0 ? size.toExponential(0) : fixed(size, 3)}`)
      setAll(foot, { title: says.gradient })
    })
  }

  /** Mark the unit or the line that was picked. */
  mark(unit, line) {
    this.chosen = line
    for (const { place, element } of this.units.flat()) element.classList.toggle("picked", String(place) === String(unit))
  }

  eachLine(act) {
    for (let layer = 0; layer + 1 < this.spots.length; layer++) {
      this.spots[layer + 1].forEach((to, row) =>
        this.spots[layer].forEach((from, column) => act({ layer, row, column }, from, to)))
    }
  }

  /** What lies under the mouse or the finger: { unit, feature } or { number }, of the nearest line or of a bias. */
  found(event) {
    const at = event.target.closest("[data-unit], [data-bias], [data-feature], button")?.dataset
    if (at?.bias) return { number: biasOf(at.bias.split(",").map(Number)) }
    if (at) return { unit: at.unit?.split(",").map(Number), feature: at.feature && Number(at.feature) }
    const box = this.columns.getBoundingClientRect()
    const [x, y] = [event.clientX - box.left, event.clientY - box.top]
    let [number, reach] = [undefined, event.pointerType === "touch" ? 2 * REACH : REACH]
    this.eachLine((line, from, to) => {
      const along = (x - from.right) / (to.left - from.right)
      if (along < 0 || along > 1) return
      // With its control points at the thirds the curve is this polynomial of x.
      const distance = Math.abs(from.y + (to.y - from.y) * along * along * (3 - 2 * along) - y)
      if (distance < reach) [number, reach] = [line, distance]
    })
    return { number }
  }

  pointAt(event) {
    if (!this.spots || this.grasped) return
    const found = event ? this.found(event) : {}
    this.element.classList.toggle("on-line", Boolean(found.number))
    this.line = found.number
    this.tell.hover(found)
  }

  // A finger scrolls the page, but for the line that it has tapped on: this one it drags, as the mouse does any.

  keepFromScrolling(event) {
    const [{ clientX, clientY }] = event.touches
    if (this.toDrag({ clientX, clientY, target: event.target, pointerType: "touch" })) event.preventDefault()
  }

  /** The line that is dragged from there, if any is. */
  toDrag(event) {
    const { number } = this.found(event)
    if (!number || number.column === "bias") return null
    return event.pointerType === "touch" && !same(number, this.chosen) ? null : number
  }

  grasp(y, event) {
    const number = this.toDrag(event)
    if (!number) return false
    this.grasped = { number, from: y, value: this.tell.weightOf(number), pulled: false }
  }

  pull(y) {
    const { number, from, value, pulled } = this.grasped
    this.grasped.pulled = pulled || Math.abs(y - from) > STILL
    if (this.grasped.pulled) this.tell.turn(number, value + (from - y) * TURN)
  }

  letGo() {
    const { number, pulled } = this.grasped
    this.grasped = null
    if (pulled) this.tell.settle(number, this.tell.weightOf(number))
    else this.pickNumber(number)
  }

  pickNumber(number) {
    this.tell.pick([number.layer + 1, number.row], number)
  }
}

/** The map of one unit as a button, and behind the features its bias and room for a mark. */
class Unit {
  constructor(place, name) {
    this.place = place
    this.element = make("div", `unit ${name}`)
    this.map = this.element.appendChild(make("button", "map", "", { type: "button" }))
    this.sheet = new Sheet(this.map.appendChild(make("canvas")), THUMB)
    if (place) setAll(this.map, { "data-unit": place.join(), "data-focus": place.join() })
    if (!place?.[0]) return
    this.bias = this.element.appendChild(make("span", "bias", "", { "data-bias": place.join() }))
    this.mark = this.element.appendChild(make("span", "mark"))
  }
}

function biasOf([layer, row]) {
  return { layer: layer - 1, row, column: "bias" }
}

function same(number, other) {
  return number.layer === other?.layer && number.row === other.row && number.column === other.column
}
