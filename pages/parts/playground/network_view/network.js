// The network: columns of units, and the lines between them.

class Network {
  /** `tell` is what happens: { hover(unit), pick(unit), change(event), edit(event) }. */
  constructor(root, legend, tell) {
    Object.assign(this, { root, legend, tell, words: legend.words })
    this.board = root.querySelector(".board")
    this.lines = root.querySelector(".lines")
    this.columns = root.querySelector(".columns")
    this.card = new Card(root, legend.words, tell.edit)
    this.line = null
    this.board.onpointermove = (event) => this.pointAt(event)
    this.board.onpointerleave = () => this.pointAt(null)
    this.board.onclick = (event) => this.click(event)
    this.columns.onfocusin = ({ target }) => this.tell.hover(this.unitOf(target), target.dataset.feature)
    this.columns.onfocusout = () => this.tell.hover(null)
  }

  /** Build the columns anew where the network has another shape, else leave every element where it is. */
  shape(frame) {
    const shape = JSON.stringify([frame.features, frame.sizes, frame.activations, frame.classes, frame.task])
    if (shape === this.built) return false
    this.built = shape
    this.frame = frame
    this.line = null
    this.card.close()
    const focused = this.root.activeElement?.dataset.focus
    this.units = [[]]
    const hidden = frame.sizes.slice(0, -1)
    const columns = [this.featureColumn(frame)]
    hidden.forEach((size, place) => columns.push(this.hiddenColumn(size, place + 1, frame.activations[place])))
    columns.push(this.outputColumn(frame))
    this.columns.replaceChildren(...columns)
    this.root.querySelector(".stage").style.minWidth = `${columns.length * 74}px`
    this.feet = columns.map((column) => column.querySelector(".foot"))
    this.layersBar(hidden.length)
    // Whoever pressed a + by key goes on pressing it, although it is a new one.
    if (focused) this.root.querySelector(`[data-focus="${focused}"]`)?.focus()
    this.place()
    this.painted = null
    return true
  }

  layersBar(count) {
    const bar = this.root.querySelector(".layers")
    const words = this.words
    bar.replaceChildren(
      this.button("−", words.fewer_layers, "fewer_layers", { layers: -1 }, count === 0),
      make("span", "count", fill([words.no_layer, words.one_layer][count] ?? words.layers, { count })),
      this.button("+", words.more_layers, "more_layers", { layers: 1 }, count >= this.legend.most_layers),
    )
  }

  button(text, name, focus, event, disabled) {
    const attributes = { type: "button", "aria-label": name, title: name, "data-focus": focus }
    const button = make("button", "step", text, attributes)
    button.disabled = disabled
    button.onclick = () => this.tell.change(event)
    return button
  }

  column(head, units, name) {
    const column = make("div", `column ${name}`)
    const rows = make("div", "units")
    rows.append(...units)
    rows.style.setProperty("--units", units.length)
    column.append(head, rows, make("div", "foot"))
    return column
  }

  featureColumn(frame) {
    const head = make("div", "head")
    head.append(make("div", "title", this.words.features))
    const units = this.legend.features.map(({ key, label }, place) => {
      const on = frame.features.indexOf(key)
      const unit = this.unit(on < 0 ? null : [0, on], `feature ${on < 0 ? "off" : ""}`, `feature_${key}`)
      const map = unit.querySelector(".map")
      unit.prepend(make("span", "label", label))
      map.setAttribute("aria-pressed", String(on >= 0))
      setName(map, fill(this.words.feature, { label }))
      map.title = on < 0 ? this.words.switch_on : this.words.switch_off
      map.dataset.feature = place
      map.onclick = () => this.tell.change({ feature: key })
      if (on >= 0) this.units[0][on] = unit
      return unit
    })
    return this.column(head, units, "features")
  }

  hiddenColumn(size, layer, activation) {
    const head = make("div", "head")
    const steps = make("div", "steps")
    const [fewer, more] = [-1, 1].map((neurons) => ({ layer: layer - 1, neurons }))
    const full = size >= this.legend.most_neurons
    steps.append(
      this.button("−", fill(this.words.fewer, { layer }), `fewer_${layer}`, fewer, size === 1),
      make("span", "count", String(size)),
      this.button("+", fill(this.words.more, { layer }), `more_${layer}`, more, full),
    )
    head.append(steps, make("div", "title", activation))
    this.units[layer] = Array.from({ length: size }, (_nothing, place) =>
      this.unit([layer, place], "hidden", `unit_${layer}_${place}`))
    return this.column(head, this.units[layer], "")
  }

  outputColumn(frame) {
    const head = make("div", "head")
    head.append(make("div", "title", this.words.output))
    const layer = frame.sizes.length
    this.units[layer] = Array.from({ length: frame.sizes.at(-1) }, (_nothing, place) => {
      const unit = this.unit([layer, place], "out", `unit_${layer}_${place}`)
      if (frame.task === "multi_class") unit.append(make("span", "label", frame.classes[place]))
      return unit
    })
    return this.column(head, this.units[layer], "outputs")
  }

  /** The map of one unit as a button, and behind the features its bias and room for a mark. */
  unit(place, name, focus) {
    const unit = make("div", `unit ${name}`)
    const map = make("button", "map", "", { type: "button", "data-focus": focus })
    map.append(make("canvas", ""))
    unit.append(map)
    if (place) map.dataset.unit = place.join()
    if (place && place[0] > 0) {
      unit.append(make("span", "bias", "", { "data-bias": place.join() }), make("span", "mark"))
    }
    return unit
  }

  unitOf(target) {
    return target?.closest?.("[data-unit]")?.dataset.unit.split(",").map(Number) ?? null
  }

  /** Note where all units lie; the only reading of the layout, and not done while frames come in. */
  place() {
    const from = this.lines.getBoundingClientRect()
    this.spots = this.units.map((column) =>
      column.map((unit) => {
        const box = unit.querySelector(".map").getBoundingClientRect()
        return { left: box.left - from.left, right: box.right - from.left, y: (box.top + box.bottom) / 2 - from.top }
      }))
  }

  /** Show one frame, of the shape that is built. */
  show(frame, look) {
    Object.assign(this, { frame, look })
    if (this.painted !== look) this.showFeatures()
    for (let layer = 1; layer < this.units.length; layer++) this.showLayer(layer)
    this.showGradients()
    this.drawLines()
    this.card.follow(frame)
  }

  showFeatures() {
    this.painted = this.look
    this.legend.features.forEach((_feature, place) => {
      const canvas = this.columns.querySelector(`[data-feature="${place}"] canvas`)
      paintBytes(canvas, thumb(this.legend.arrays.maps, place), this.look.signed)
    })
  }

  showLayer(layer) {
    const { arrays, task } = this.frame
    const last = layer === this.units.length - 1
    this.units[layer].forEach((unit, place) => {
      const pixels = last && task === "multi_class" ? this.look.ofClass[place] : this.look.signed
      const map = unit.querySelector(".map")
      paintBytes(map.firstChild, thumb(arrays[`maps.${layer - 1}`], place), pixels)
      const bias = arrays[`biases.${layer - 1}`][place]
      unit.querySelector(".bias").style.setProperty("--color", this.look.css(bias))
      unit.querySelector(".bias").style.setProperty("--strength", Math.min(1, 0.25 + Math.abs(bias)))
      const condition = last ? "" : this.condition(layer - 1, place, unit)
      setName(map, `${this.nameOf([layer, place])}, ${fill(this.words.bias_is, { bias: short(bias) })}${condition}`)
    })
  }

  /** Mark a unit that does not learn any more; returns what to say of it, or nothing. */
  condition(layer, place, unit) {
    const health = this.frame.arrays[`health.${layer}`][place]
    const mark = unit.querySelector(".mark")
    unit.dataset.health = health
    setText(mark, ["", "✕", "≈"][health])
    const share = Math.round(100 * this.frame.arrays[`flat.${layer}`][place])
    mark.title = health ? fill(health === 1 ? this.words.dead : this.words.saturated, { share }) : ""
    return health ? `. ${mark.title}` : ""
  }

  showGradients() {
    const sizes = this.frame.gradients
    this.feet.forEach((foot, column) => {
      const size = column && sizes ? sizes[column - 1] : null
      setText(foot, size === null ? "" : `∇ ${size < 0.001 && size > 0 ? size.toExponential(0) : short(size, 3)}`)
      foot.title = size === null ? "" : this.words.gradient
    })
  }

  nameOf([layer, place]) {
    const { features, sizes, task, classes } = this.frame
    if (layer === 0) return fill(this.words.feature, { label: this.labelOf([0, place]) })
    if (layer < sizes.length) return fill(this.words.neuron, { layer, neuron: place + 1 })
    return task === "multi_class" ? fill(this.words.output_of, { name: classes[place] }) : this.words.output
  }

  labelOf([layer, place]) {
    if (layer > 0) return `a${[...String(place + 1)].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]).join("")}`
    return this.legend.features.find(({ key }) => key === this.frame.features[place]).label
  }

  weightOf({ layer, row, column }) {
    const before = layer ? this.frame.sizes[layer - 1] : this.frame.features.length
    const { arrays } = this.frame
    return column === "bias" ? arrays[`biases.${layer}`][row] : arrays[`weights.${layer}`][row * before + column]
  }

  drawLines() {
    const { brush } = sharp(this.lines)
    brush.lineCap = "round"
    for (let layer = 0; layer + 1 < this.units.length; layer++) {
      this.spots[layer + 1].forEach((to, row) => {
        this.spots[layer].forEach((from, column) => {
          const line = { layer, row, column }
          const weight = this.weightOf(line)
          this.drawLine(brush, from, to, weight, this.isLine(line))
        })
      })
    }
  }

  drawLine(brush, from, to, weight, marked) {
    const size = Math.abs(weight)
    const third = (to.left - from.right) / 3
    brush.beginPath()
    brush.moveTo(from.right, from.y)
    brush.bezierCurveTo(from.right + third, from.y, to.left - third, to.y, to.left, to.y)
    brush.globalAlpha = marked ? 1 : Math.min(0.95, 0.45 + 0.5 * size)
    brush.strokeStyle = this.look.css(weight)
    brush.lineWidth = Math.min(9, 0.6 + 2.4 * size) + (marked ? 2 : 0)
    brush.stroke()
    brush.globalAlpha = 1
  }

  isLine({ layer, row, column }) {
    const line = this.line
    return line && line.layer === layer && line.row === row && line.column === column
  }

  /** The line that runs within reach of a place on the board, the nearest of them, or null. */
  nearestLine(x, y, reach) {
    let best = null
    for (let layer = 0; layer + 1 < this.units.length; layer++) {
      this.spots[layer + 1].forEach((to, row) => this.spots[layer].forEach((from, column) => {
        const along = (x - from.right) / (to.left - from.right)
        if (along < 0 || along > 1) return
        // With its control points at the thirds the curve is this polynomial of x.
        const distance = Math.abs(from.y + (to.y - from.y) * along * along * (3 - 2 * along) - y)
        if (distance < reach) [best, reach] = [{ layer, row, column }, distance]
      }))
    }
    return best
  }

  /** What lies under the mouse or the finger: a bias, a unit, a line, or nothing. */
  found(event, reach) {
    const bias = event.target.closest?.("[data-bias]")
    if (bias) {
      const [layer, row] = bias.dataset.bias.split(",").map(Number)
      return { number: { layer: layer - 1, row, column: "bias" } }
    }
    const button = event.target.closest?.("button")
    if (button) return { unit: this.unitOf(button), feature: button.dataset.feature }
    const box = this.lines.getBoundingClientRect()
    return { number: this.nearestLine(event.clientX - box.left, event.clientY - box.top, reach) }
  }

  pointAt(event) {
    if (!this.frame || event?.pointerType === "touch") return
    const { unit, number, feature } = event ? this.found(event, 7) : {}
    this.tell.hover(unit ?? null, feature)
    const line = number && number.column !== "bias" ? number : null
    this.board.classList.toggle("on-line", Boolean(number))
    if (JSON.stringify(line) !== JSON.stringify(this.line)) {
      this.line = line
      this.drawLines()
    }
    if (this.card.pinned) return
    if (number) this.openNumber(number, event, false)
    else this.card.close()
  }

  click(event) {
    const { unit, number } = this.found(event, 14)
    if (number) this.openNumber(number, event, true)
    else if (unit && unit[0] > 0) this.openUnit(unit, event)
    else if (!event.target.closest("button")) this.card.close()
  }

  /** The card of a unit: its bias and every weight that comes in. */
  openUnit([layer, row], event) {
    const before = this.units[layer - 1].map((_unit, column) => ({ layer: layer - 1, row, column }))
    const weights = before.map((number) =>
      this.entry(number, fill(this.words.weight_of, { label: this.labelOf([layer - 1, number.column]) })))
    const bias = this.entry({ layer: layer - 1, row, column: "bias" }, this.words.bias)
    this.card.open([bias, ...weights], this.nameOf([layer, row]), event, true)
    this.tell.pick([layer, row])
  }

  entry(number, label) {
    return { number, label, value: () => this.weightOf(number) }
  }

  /** The card of one number, that of a line or of a bias. */
  openNumber(number, event, pinned) {
    const to = this.nameOf([number.layer + 1, number.row])
    const bias = number.column === "bias"
    const title = bias ? to : `${this.nameOf([number.layer, number.column])} → ${to}`
    this.card.open([this.entry(number, bias ? this.words.bias : this.words.weight)], title, event, pinned)
  }
}
