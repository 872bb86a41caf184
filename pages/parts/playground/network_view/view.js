// The live picture of the playground: draws frame after frame in place, asks for the next, and reports what people do.

const BODY = `
<div class="plane-view">
  <section class="net">
    <div class="layers"></div>
    <div class="board"><div class="stage">
      <canvas class="lines" aria-hidden="true"></canvas><div class="columns"></div>
    </div></div>
  </section>
  <section class="answer">
    <div class="top"><span class="name"></span><button class="back" type="button" hidden></button></div>
    <div class="field">
      <div class="axis y"></div><canvas class="plane" tabindex="0" role="img"></canvas>
      <div class="axis x"></div>
    </div>
    <div class="scale"><canvas></canvas><div class="ends"><span></span><span></span><span></span></div></div>
    <div class="classes"></div>
  </section>
  <section class="sum"></section>
  <section class="score">
    <table><thead></thead><tbody></tbody></table>
    <canvas class="curve" role="img"></canvas>
  </section>
  <div class="card" role="dialog" hidden></div>
</div>`
const ASK = 50 // milliseconds from one question to the next at least
const LOOK = 100 // the same while only the mouse moves
const PATIENCE = 2000 // milliseconds without an answer until it is asked again

class PlaneView {
  constructor(root, legend) {
    const style = document.createElement("style")
    style.textContent = STYLE
    const body = document.createElement("div")
    body.innerHTML = BODY
    root.append(style, ...body.childNodes)
    this.root = root
    this.hovered = this.picked = this.feature = this.probe = this.pinned = null
    this.asked = 0
    this.departure = new Departure(() => this.frame?.playing)
    this.find = (selector) => root.querySelector(selector)
    this.readLegend(legend)
    this.listen()
  }

  readLegend(legend) {
    Object.assign(this, { legend, words: legend.words })
    this.network = new Network(this.root, legend, {
      hover: (unit, feature) => this.hover(unit, feature),
      pick: (unit) => this.pick(unit),
      change: (event) => this.send.trigger("shape", event),
      edit: (event) => this.send.trigger("edited", event),
    })
    this.find(".back").textContent = this.words.back
    for (const [name, values] of [["x", [-6, -3, 0, 3, 6]], ["y", [6, 3, 0, -3, -6]]]) {
      const label = name === "x" ? "x₁" : "x₂"
      this.find(`.axis.${name}`).replaceChildren(
        ...values.map((value) => make("span", "", value ? short(value, 0) : label)))
    }
    const head = make("tr", "")
    head.append(make("th", "epoch"), make("th", "", this.words.loss), make("th", ""))
    this.find("thead").replaceChildren(head)
    this.rows = ["train", "test"].map((name) => {
      const row = make("tr", name)
      row.append(make("th", "", this.words[name]), make("td", ""), make("td", ""))
      return row
    })
    this.find("tbody").replaceChildren(...this.rows)
  }

  listen() {
    const plane = this.find(".plane")
    plane.onpointermove = (event) => this.lookAt(this.pointOf(event))
    plane.onpointerleave = () => this.lookAt(this.pinned)
    plane.onclick = (event) => this.clickPlane(this.pointOf(event))
    // A button pressed by mouse (detail is 0 by key) gives the focus back, else the next space would press it again.
    this.find(".net").addEventListener("click", ({ detail, target }) => detail && target.closest("button")?.blur())
    plane.onkeydown = (event) => this.walk(event)
    this.find(".back").onclick = () => this.pick(null)
    this.resized = new ResizeObserver(() => this.frame && this.resize())
  }

  /** Listen to the whole page too, where that is not done yet. */
  enter() {
    if (this.stay && !this.stay.signal.aborted) return
    this.stay = new AbortController()
    // On the way down: the keys before Streamlit, for which R means to run the page again.
    const early = { signal: this.stay.signal, capture: true }
    window.addEventListener("keydown", (event) => this.key(event), early)
    document.addEventListener("visibilitychange", () => !document.hidden && this.frame?.playing && this.ask(), early)
    this.departure.watch(early)
    this.resized.observe(this.find(".plane-view"))
  }

  leave() {
    clearTimeout(this.timer)
    this.stay.abort()
    this.resized.disconnect()
  }

  resize() {
    this.network.place()
    this.network.drawLines()
    this.drawPlane()
    this.drawScore()
  }

  // ---- a frame ----

  show(frame) {
    this.frame = frame
    // First of all, so that the server computes the next frame while this one is drawn.
    this.goOn()
    this.readTheme()
    if (!frame.hovered) this.answer = { bytes: frame.arrays.map, task: frame.task, classes: frame.classes.length }
    if (this.network.shape(frame)) this.hovered = this.picked = this.feature = null
    this.network.show(frame, this.look)
    this.drawPlane()
    this.drawScale()
    this.drawScore()
    this.writeSum()
    this.find(".plane").classList.toggle("own", frame.own)
  }

  /** The colours of the page and all that follows from them; made anew only where they have changed. */
  readTheme() {
    const style = getComputedStyle(this.find(".plane-view"))
    const names = ["--st-background-color", "--st-secondary-background-color", "--st-text-color", "--st-border-color"]
    const [back, middle, text, border] = names.map((name) => style.getPropertyValue(name).trim())
    const theme = [back, middle, text, border].join()
    if (theme === this.theme) return
    this.theme = theme
    const { positive, negative, classes } = this.legend.colors
    const [low, high, ground] = [negative, positive, middle].map(rgb)
    const palette = classes.map(rgb)
    this.look = {
      back, text, border, classes,
      css: (value) => (value < 0 ? negative : positive),
      signed: ramp(low, ground, high),
      class: classRamp(ground, palette),
      ofClass: palette.map((color) => ramp(ground, mixed(ground, color, 0.5), color)),
    }
  }

  /** The unit that the plane shows instead of the answer. */
  get unit() {
    return this.hovered ?? this.picked
  }

  /** What is looked at now, to be compared with what the server was told last. */
  get looksAt() {
    return JSON.stringify([this.unit, this.probe])
  }

  /** The place of a feature in the legend, where the map of one is shown that the network may not even have. */
  get shownFeature() {
    if (this.unit?.[0] !== 0) return this.unit ? null : this.feature
    const shown = this.frame.features[this.unit[1]]
    return this.legend.features.findIndex(({ key }) => key === shown)
  }

  /** The bytes and the colours of the plane: of the present frame where it has them, else what comes nearest. */
  planeMap() {
    const { arrays, task, hovered, sizes, discretize, classes } = this.frame
    const { signed, class: ofAll, ofClass } = this.look
    if (!this.hovered && this.feature !== null) return [thumb(this.legend.arrays.maps, this.feature), signed]
    if (!this.unit) {
      const multi = task === "multi_class"
      const fits = this.answer && this.answer.task === task && this.answer.classes === classes.length
      const bytes = fits ? this.answer.bytes : multi ? arrays.map : arrays[`maps.${sizes.length - 1}`]
      const pixels = multi ? ofAll : signed
      return [bytes, discretize ? inSteps(pixels, multi) : pixels]
    }
    const [layer, place] = this.unit
    const pixels = layer === sizes.length && task === "multi_class" ? ofClass[place] : signed
    if (String(hovered) === String(this.unit)) return [arrays.map, pixels]
    if (layer === 0) return [thumb(this.legend.arrays.maps, this.shownFeature), pixels]
    return [thumb(arrays[`maps.${layer - 1}`], place), pixels]
  }

  drawPlane() {
    const { arrays, show_test: tested, task, value_scale: scale } = this.frame
    const [bytes, pixels] = this.planeMap()
    this.sheet ??= document.createElement("canvas")
    paintBytes(this.sheet, bytes, pixels)
    const { brush, width } = sharp(this.find(".plane"))
    brush.imageSmoothingQuality = "high"
    brush.drawImage(this.sheet, 0, 0, width, width)
    const css = this.look.classes
    const binary = [this.legend.colors.negative, this.legend.colors.positive]
    const look = {
      regression: (value) => ({ color: this.shade(value / scale), shape: 0 }),
      binary: (value) => ({ color: binary[value], shape: value }),
      multi_class: (value) => ({ color: css[value % css.length], shape: value }),
    }[task]
    // A value near 0 has the colour of the ground, where only a rim that is not white can be seen.
    const rim = this.legend.colors.rims[task === "regression" ? "value" : "class"]
    paintPoints(brush, width, arrays.train, arrays.train_targets, rim, look)
    if (tested) paintPoints(brush, width, arrays.test, arrays.test_targets, rim, look, true)
    if (this.probe) this.drawProbe(brush, width)
    const feature = this.legend.features[this.shownFeature]
    const name = feature
      ? fill(this.words.feature, feature)
      : this.unit ? this.network.nameOf(this.unit) : this.words.answer
    setText(this.find(".name"), name)
    setName(this.find(".plane"), fill(this.words.plane, { name }))
    this.find(".back").hidden = !this.picked
  }

  /** The colour of a value from -1 to 1, as in the map. */
  shade(value) {
    const byte = Math.max(0, Math.min(255, Math.floor(128 + 127.5 * value)))
    const color = this.look.signed[byte]
    return `rgb(${color & 255}, ${(color >> 8) & 255}, ${(color >> 16) & 255})`
  }

  drawProbe(brush, width) {
    const [x, y] = [(this.probe[0] + LIMIT) / (2 * LIMIT), (LIMIT - this.probe[1]) / (2 * LIMIT)].map((s) => s * width)
    brush.beginPath()
    brush.arc(x, y, 6, 0, 2 * Math.PI)
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      brush.moveTo(x + 6 * dx, y + 6 * dy)
      brush.lineTo(x + 12 * dx, y + 12 * dy)
    }
    for (const [color, lineWidth] of [[this.look.back, 4.5], [this.look.text, 2]]) {
      Object.assign(brush, { strokeStyle: color, lineWidth })
      brush.stroke()
    }
  }

  /** The colours below the plane: a scale, and the names of the classes. */
  drawScale() {
    const { task, sizes, scales, classes, value_scale: valueScale, show_test: tested } = this.frame
    const unit = this.unit
    const feature = this.legend.features[this.shownFeature]
    const isAnswer = !feature && (!unit || unit[0] === sizes.length)
    const chances = isAnswer && task !== "regression"
    const whole = isAnswer && task === "multi_class" && !unit
    const top = feature ? feature.scale : isAnswer ? valueScale : scales[unit[0] - 1]
    const pixels = unit && isAnswer && task === "multi_class" ? this.look.ofClass[unit[1]] : this.look.signed
    const shown = JSON.stringify([task, unit, chances, short(top), classes, this.theme, tested])
    if (shown === this.scaled) return
    this.scaled = shown
    const canvas = this.find(".scale canvas")
    canvas.width = 256
    canvas.height = 1
    const image = new ImageData(new Uint8ClampedArray(pixels.buffer.slice(0)), 256, 1)
    canvas.getContext("2d").putImageData(image, 0, 0)
    this.find(".scale").classList.toggle("unseen", whole)
    const ends = chances ? ["0 %", "50 %", "100 %"] : [short(-top, 1), "0", short(top, 1)]
    this.find(".ends").childNodes.forEach((span, place) => setText(span, ends[place]))
    const colors = task === "binary" ? [this.legend.colors.negative, this.legend.colors.positive] : this.look.classes
    this.find(".classes").replaceChildren(...classes.map((name, place) => {
      const item = make("span", "class", name)
      const marker = make("span", "marker", MARKERS[place % MARKERS.length])
      marker.style.color = colors[place % colors.length]
      item.prepend(marker)
      return item
    }))
    if (tested) {
      const legend = ["train", "test"].map((name) => make("span", `class of-${name}`, this.words[`${name}_points`]))
      this.find(".classes").append(...legend)
    }
  }

  drawScore() {
    const { numbers, arrays } = this.frame
    setText(this.find(".epoch"), fill(this.words.epoch, { epoch: numbers.epoch.toLocaleString("en") }))
    const scored = numbers.train_accuracy !== null || numbers.test_accuracy !== null
    setText(this.find("thead").rows[0].cells[2], scored ? this.words.accuracy : "")
    const colors = this.legend.colors
    const share = (value) => (value === null ? "" : `${(100 * value).toFixed(1)} %`)
    this.rows.forEach((row, place) => {
      const name = ["train", "test"][place]
      setText(row.children[1], short(numbers[`${name}_loss`], 4))
      setText(row.children[2], share(numbers[`${name}_accuracy`]))
      row.style.setProperty("--color", colors[name])
    })
    const length = arrays.curve.length / 3
    const [epochs, train, test] = [0, 1, 2].map((line) => arrays.curve.subarray(line * length, (line + 1) * length))
    const lines = [{ values: train, color: colors.train, dash: [] }, { values: test, color: colors.test, dash: [5, 3] }]
    paintCurve(this.find(".curve"), epochs, lines, this.look.border)
    const losses = { train: short(numbers.train_loss, 4), test: short(numbers.test_loss, 4) }
    setName(this.find(".curve"), fill(this.words.curve, losses))
  }

  // ---- the sum of one unit, written out ----

  /** The unit whose sum is written out: the one looked at, else the output; of several the likeliest. */
  summed() {
    const { sizes, arrays } = this.frame
    if (this.unit && this.unit[0] > 0) return this.unit
    const outputs = arrays.probe_answer
    return [sizes.length, Math.max(0, outputs.indexOf(Math.max(...outputs)))]
  }

  writeSum() {
    const place = this.find(".sum")
    const { arrays, activations, task } = this.frame
    if (!arrays.probe) {
      if (!place.querySelector(".hint")) place.replaceChildren(make("span", "hint", this.words.sum_hint))
      return
    }
    const [layer, row] = this.summed()
    const inputs = layer === 1 ? arrays.probe : arrays[`probe_outputs.${layer - 2}`]
    const parts = [make("span", "of", this.network.nameOf([layer, row])), make("span", "", "z =")]
    inputs.forEach((input, column) => {
      const weight = this.network.weightOf({ layer: layer - 1, row, column })
      parts.push(this.term(weight, `·${this.network.labelOf([layer - 1, column])}`, column === 0, short(input)))
    })
    parts.push(this.term(arrays[`biases.${layer - 1}`][row], "", false, this.words.bias))
    const sum = arrays[`probe_sums.${layer - 1}`][row]
    parts.push(make("b", "", `= ${short(sum)}`))
    const last = layer - 1 === activations.length
    // Softmax looks at the sums of all outputs, every other function at this one alone.
    const name = last ? { binary: "sigmoid(z)", multi_class: "softmax" }[task] : `${activations[layer - 1]}(z)`
    const result = last ? arrays.probe_answer[row] : arrays[`probe_outputs.${layer - 1}`][row]
    if (name) parts.push(make("b", "", `→ ${name} = ${short(result)}`))
    place.replaceChildren(...parts)
  }

  /** One term of the sum, such as "+ 0.31·x₁ (1.20)". */
  term(weight, label, first, note) {
    const sign = weight < 0 ? "−" : first ? "" : "+"
    const term = make("span", "term", first ? sign : `${sign} `)
    const number = make("span", "number", short(Math.abs(weight)))
    number.style.color = this.look.css(weight)
    term.append(number, label, make("small", "", ` (${note})`))
    return term
  }

  // ---- what people do ----

  hover(unit, feature) {
    const place = feature === undefined ? null : Number(feature)
    if (String(unit) === String(this.hovered) && place === this.feature) return
    Object.assign(this, { hovered: unit, feature: place })
    this.looked()
  }

  pick(unit) {
    this.picked = unit
    this.hovered = this.feature = null
    this.network.units.flat().forEach((each) => each.classList.remove("picked"))
    if (unit) this.network.units[unit[0]][unit[1]].classList.add("picked")
    this.looked()
  }

  lookAt(point) {
    this.probe = point
    this.looked()
  }

  /** Show what the page knows already of what is looked at now; the rest comes with the next frame. */
  looked() {
    if (!this.frame) return
    this.drawPlane()
    this.drawScale()
    if (!this.frame.playing) this.later(Math.max(0, LOOK - (performance.now() - this.asked)))
  }

  pointOf(event) {
    const box = this.find(".plane").getBoundingClientRect()
    const inside = (share) => Math.round(Math.max(-LIMIT, Math.min(LIMIT, LIMIT * (2 * share - 1))) * 100) / 100
    return [inside((event.clientX - box.left) / box.width), inside((box.bottom - event.clientY) / box.height)]
  }

  clickPlane(point) {
    if (this.frame.own) this.send.trigger("point", point)
    else this.pinned = String(this.pinned) === String(point) ? null : point
    this.lookAt(point)
  }

  /** The plane by keyboard: the arrows move the point that is looked at, Enter is a click on it. */
  walk(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key]
    const [x1, x2] = this.probe ?? [0, 0]
    if (event.key === "Enter") this.clickPlane([x1, x2])
    if (!step) return
    event.preventDefault()
    const inside = (value) => Math.round(Math.max(-LIMIT, Math.min(LIMIT, value)) * 100) / 100
    this.pinned = [inside(x1 + 0.2 * step[0]), inside(x2 + 0.2 * step[1])]
    this.lookAt(this.pinned)
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const asked = { " ": "toggle", ArrowRight: "step", r: "reset", R: "reset" }[event.key]
    if (!asked || this.isTaken(event.composedPath()[0], event.key)) return
    event.preventDefault()
    event.stopImmediatePropagation()
    if (!event.repeat || asked === "step") this.send.trigger("asked", asked)
  }

  /** Whether the key means something to the element that has the focus. */
  isTaken(target, key) {
    if (!target.closest) return false
    if (target.isContentEditable || target.closest("input, textarea, select, [role=dialog], [role=menu]")) return true
    const roles = ["slider", "radio", "tab", "option", "combobox", "listbox"].map((role) => `[role=${role}]`).join()
    if (key === "ArrowRight") return Boolean(target.closest(`${roles}, .plane`))
    return key === " " && Boolean(target.closest(`button, a, summary, [role=button], [role=switch], ${roles}`))
  }

  // ---- the heartbeat ----

  goOn() {
    clearTimeout(this.timer)
    const rest = ASK - (performance.now() - this.asked)
    if (!this.frame.playing) return this.told === this.looksAt || this.later(LOOK)
    rest > 0 ? this.later(rest) : this.ask()
  }

  later(delay) {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.ask(), delay)
  }

  /** Ask for the next frame, and again where none comes; whoever does not look at the page asks for nothing.
   *
   * Nor does whoever is on the way to another page.
   */
  ask() {
    if (document.hidden) return
    if (this.departure.underWay) return this.later(PATIENCE)
    this.asked = performance.now()
    this.told = this.looksAt
    this.send.state("view", { seen: this.frame.number, hovered: this.unit, probe: this.probe })
    this.later(PATIENCE)
  }
}

const room = (globalThis.neuralPlane ??= {})

/** Show a frame in the element of the small component that brought it; returns what to do when that goes. */
room.show = ({ data, parentElement, setStateValue, setTriggerValue }) => {
  const view = (parentElement.view ??= new PlaneView(parentElement, room.legend))
  if (view.legend !== room.legend) view.readLegend(room.legend)
  view.send = { state: setStateValue, trigger: setTriggerValue }
  view.enter()
  view.show(unpack(data))
  return leaveOfLast(view, () => view.leave())
}

export default function ({ data }) {
  room.legend = unpack(data)
  room.arrived?.()
}
