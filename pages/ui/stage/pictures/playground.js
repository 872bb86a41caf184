// @ts-check
import { clamp, row } from "../arrays.js"
import { Board } from "../board.js"
import { Chart } from "../chart.js"
import { fill, fixed, make, setAll, setText, tableOf } from "../dom.js"
import { Glide } from "../glide.js"
import { Heartbeat } from "../heartbeat.js"
import { Network, answers } from "../network.js"
import { Plane, inSteps, shades } from "../plane.js"
import { WeightFields } from "../weight_fields.js"

const SIDE = 100 // points along a side of a map; the features are told at twice as many stations, and one more
const SHARE = 0.54 // of the height of the screen, so that the controls and a sentence are below it
const SHORT = 150 // milliseconds to the weights after a step or an edit
const SLOWEST = 1500 // milliseconds from one snapshot to the next, as the picture takes them
const DIGITS = "₀₁₂₃₄₅₆₇₈₉"

/** A network that learns points of the plane. The server sends its weights; what every neuron gives is computed here. */
export function playground(stage) {
  return new Playground(stage)
}

class Playground {
  role = "group"
  hovered = {} // what the mouse is over: { unit, feature } or { number }
  picked = null // the unit whose map and weights are shown
  probe = null // the point that is looked at, by the numbers of its stations
  pinned = null // the same, when the mouse is elsewhere
  turned = new Map() // weights set by hand that the server has not set yet: place -> { value, edits }
  beats = 0

  constructor(stage) {
    this.stage = stage
    const tell = {
      hover: (found) => this.hover(found),
      pick: (unit, number) => this.pick(unit, number),
      change: (event) => this.act("shape", event),
      turn: (number, value) => this.turn(number, value),
      settle: (number, value) => this.settle(number, value),
      weightOf: ({ layer, row, column }) => this.weights?.[this.network.place(layer, row, column)] ?? 0,
      nameOf: (unit) => this.nameOf(unit),
    }
    this.body = stage.picture.appendChild(make("div", "plane-view"))
    const [net, answer] = ["net", "answer"].map((name) => this.body.appendChild(make("section", name)))
    this.board = new Board(net, tell)
    const top = answer.appendChild(make("div", "top"))
    this.name = top.appendChild(make("span", "name"))
    this.back = top.appendChild(make("button", "back", "", { type: "button" }))
    this.back.addEventListener("click", () => this.pick(null))
    this.plane = new Plane(answer)
    this.score = answer.appendChild(make("div", "score"))
    this.sum = this.body.appendChild(make("div", "sum"))
    this.fields = new WeightFields(this.body, tell)
    this.listen(this.plane.points)
    this.heartbeat = new Heartbeat(stage, () => this.ask(), () => this.wants)
  }

  listen(points) {
    points.addEventListener("pointermove", (event) => this.lookAt(this.stationsOf(event)))
    points.addEventListener("pointerleave", () => this.lookAt(this.pinned))
    points.addEventListener("click", (event) => this.clickPlane(this.stationsOf(event)))
    points.addEventListener("keydown", (event) => this.walk(event))
    // On the way up, so that whoever means a key for itself keeps it; Streamlit, for which R is to run again, does not.
    this.stage.place.addEventListener("keydown", (event) => this.key(event))
  }

  buildControls({ says }) {
    const bar = this.stage.controls.appendChild(make("div", "player", "", { role: "group", "aria-label": says.controls }))
    const [play, step] = ["play", "step", "reset"].map((order) => {
      const look = { type: "button", title: says[`${order}_help`] }
      const button = bar.appendChild(make("button", order === "play" ? "toggle order" : "order", "", look))
      button.append(make("span", "", says[order]))
      button.addEventListener("click", () => this.order(order === "play" && this.playing ? "pause" : order))
      return button
    })
    this.epoch = bar.appendChild(make("output", "epoch"))
    Object.assign(this, { play, step })
  }

  // ---- what the server sends ----

  layout(scene) {
    this.scene = scene
    if (!this.play) this.buildControls(scene)
    setText(this.back, scene.says.back)
    this.body.style.setProperty("--tall", `${Math.min(this.stage.height, innerHeight * SHARE)}px`)
    const built = JSON.stringify([scene.run, scene.sizes, scene.inputs, scene.activations, scene.classes, scene.features])
    if (built !== this.built) this.begin(scene)
    this.built = built
    this.readTheme()
    this.plane.layout(scene, this.look)
    this.board.place()
    this.stage.scrollsAway(this.name.offsetTop)
    if (this.snapshot) this.showScore()
    this.lookAt(this.probe)
  }

  /** Another network: build it, and show nothing until its weights come. */
  begin(scene) {
    const { arrays, features, inputs, sizes, activations, table_limit: limit } = scene
    Object.assign(this, { snapshot: null, weights: null, picked: null, hovered: {}, glide: new Glide() })
    this.turned.clear()
    this.fields.show([])
    this.grids = features.map((_feature, place) => Float32Array.from({ length: SIDE * SIDE }, (_value, cell) =>
      this.featureAt(place, 2 * (cell % SIDE) + 1, 2 * (SIDE - 1 - Math.floor(cell / SIDE)) + 1)))
    const tables = [...activations.map(({ table }) => ({ values: row(arrays.tables, table), limit })), null]
    this.network = new Network(inputs.map((place) => this.grids[place]), sizes, tables)
    this.point = new Network(inputs.map(() => new Float32Array(1)), sizes, tables)
    this.board.build(scene)
  }

  /** What a feature is at two stations, along x1 and along x2. */
  featureAt(place, across, up) {
    return row(this.scene.arrays.along_x1, place)[across] * row(this.scene.arrays.along_x2, place)[up]
  }

  /** Take a snapshot of the run, and the way back to the server. */
  fed(snapshot, tell) {
    this.tell = tell
    const { weights, epochs } = snapshot.arrays
    if (snapshot.run !== this.scene.run || weights.shape[1] !== this.network.count) return
    const before = this.snapshot
    this.snapshot = snapshot
    // Nothing is settled before it has come twice: the run may have been in the middle of a step.
    this.settled = before?.step === snapshot.step && before.edits === snapshot.edits
    if (this.expected === snapshot.playing || snapshot.over) this.expected = null
    // Streamlit may lose what is told while it draws the page: then it is told again.
    if (this.expected != null && snapshot.beat > this.ordered) this.order(this.expected ? "play" : "pause")
    for (const [place, { edits }] of this.turned) if (snapshot.edits > edits) this.turned.delete(place)
    const stations = Array.from(epochs, (epoch, place) => Float32Array.of(...row(weights, place), epoch))
    if (!before || this.stage.calm) this.glide.jump(stations.at(-1))
    else if (this.expected !== false) this.glide.go(stations, snapshot.playing ? this.gap() : this.stopped ? 0 : SHORT)
    if (!snapshot.playing) this.stopped = false
    this.readTheme()
    this.showScore()
    this.showControls()
    this.stage.set({})
    this.heartbeat.goOn(snapshot.pause)
  }

  /** The milliseconds that a snapshot stands for: those from one to the next, of late. */
  gap() {
    const now = performance.now()
    const gap = clamp(now - (this.came ?? now - SHORT), 50, SLOWEST)
    this.came = now
    return (this.usual = 0.6 * (this.usual ?? gap) + 0.4 * gap)
  }

  get playing() {
    return this.expected ?? this.snapshot?.playing ?? false
  }

  /** Whether there is something to come that has to be asked for. */
  get wants() {
    return this.playing || this.expected === false || this.turned.size > 0 || !this.settled
  }

  ask() {
    this.tell?.state("view", { seen: this.snapshot?.step ?? -1, beat: ++this.beats })
  }

  /** Tell the server what was done; which Streamlit drops where nothing was ever told as a state. */
  act(name, value) {
    if (!this.beats) this.ask()
    this.tell?.trigger(name, value)
  }

  // ---- what is on the page ----

  /** The colors that follow from the page's; made again only where it has others. */
  readTheme() {
    const ground = getComputedStyle(this.body).getPropertyValue("--st-secondary-background-color").trim()
    if (`${ground} ${this.built}` === this.theme) return
    this.theme = `${ground} ${this.built}`
    this.look = shades(this.scene.colors, ground)
    this.painted = false
    this.board.features.forEach(({ sheet }, place) => sheet.paint(...this.mapOfFeature(place)))
  }

  /** Draw the network of this moment; called in each frame while it moves. */
  show() {
    if (!this.snapshot) return
    const now = performance.now()
    const numbers = this.glide.at(now)
    for (const [place, { value }] of this.turned) numbers[place] = value
    this.weights = numbers.subarray(0, this.network.count)
    this.network.compute(this.weights)
    this.outputs = answers(this.scene.task, this.network.values.at(-1))
    this.showMaps()
    this.board.showWeights()
    this.showPlane()
    this.fields.follow()
    setText(this.sum, this.sentence())
    setText(this.epoch, fill(this.scene.says.epoch, { epoch: Math.round(numbers.at(-1)).toLocaleString("en") }))
    if (this.told !== this.snapshot) this.board.showHealth(this.snapshot)
    this.told = this.snapshot
    if (this.glide.moving(now)) this.stage.drawSoon()
    else this.stage.describe()
  }

  showMaps() {
    const { values, changed } = this.network
    this.scales = values.map((layer, number) => {
      const scale = Math.max(1, ...layer.map(largest))
      const all = !this.painted || scale !== this.scales?.[number]
      if (number) layer.forEach((_values, place) => {
        if (!all && !changed[number][place]) return
        this.board.units[number][place].sheet.paint(...this.mapOf([number, place], scale))
      })
      return scale
    })
    this.painted = true
  }

  /** The values of a unit over the plane, and what Sheet.paint makes of them. */
  mapOf([layer, place], scale = this.scales[layer]) {
    const { sizes, task, value_scale: valueScale } = this.scene
    const values = this.network.values[layer][place]
    if (layer < sizes.length) return [values, this.look.signed, 127.5 / scale, 128]
    if (task === "regression") return [values, this.look.signed, 127.5 / valueScale, 128]
    return [this.outputs[place], task === "binary" ? this.look.signed : this.look.ofClass[place], 255, 0.5]
  }

  mapOfFeature(place) {
    return [this.grids[place], this.look.signed, 127.5 / largest(this.grids[place]), 128]
  }

  /** The unit that the plane shows instead of the answer. */
  get unit() {
    return this.hovered.unit ?? this.picked
  }

  showPlane() {
    const { task, inputs, features, says, sizes, classes, discretize, value_scale: valueScale } = this.scene
    const feature = this.hovered.feature ?? (this.unit?.[0] === 0 ? inputs[this.unit[1]] : null)
    const [layer, place] = this.unit ?? [sizes.length, 0]
    const multi = task === "multi_class"
    const answer = feature === null && !this.unit
    const [values, shade, gain, offset] = feature !== null ? this.mapOfFeature(feature)
      : answer && multi ? [winners(this.outputs), this.look.ofAll, 1, 0] : this.mapOf([layer, place])
    const pixels = discretize && answer ? inSteps(shade, multi) : shade
    this.plane.sheet.paint(values, pixels, gain, offset)
    const output = feature === null && layer === sizes.length
    const top = output ? valueScale : 127.5 / gain
    const words = output && task !== "regression" ? ["0%", "50%", "100%"] : [fixed(-top, 1), "0", fixed(top, 1)]
    const name = feature !== null ? fill(says.feature, features[feature]) : answer ? says.answer : this.nameOf([layer, place])
    this.back.hidden = !this.picked
    const shown = JSON.stringify([words, name, this.theme, discretize])
    if (shown === this.explained) return
    this.explained = shown
    setText(this.name, name)
    this.plane.explain(fill(says.plane, { name }), pixels, answer && classes.length > 2 ? null : words)
  }

  /** Losses and accuracies, and their curve; once for each snapshot. */
  showScore() {
    const { numbers, arrays: { curve } } = this.snapshot
    const { says, colors } = this.scene
    const share = (value) => (value === null ? "" : `${(100 * value).toFixed(1)}%`)
    const lines = ["train", "test"].map((name) => [says[name], fixed(numbers[`${name}_loss`], 4), share(numbers[`${name}_accuracy`])])
    const [epochs, ...losses] = [0, 1, 2].map((line) => row(curve, line))
    const most = Math.max(...[...losses[0], ...losses[1], numbers.train_loss ?? 1].filter(Number.isFinite))
    this.score.replaceChildren(tableOf(["", says.loss, lines.some((line) => line[2]) ? says.accuracy : ""], lines))
    const width = Math.max(100, this.score.clientWidth - this.score.firstChild.offsetWidth - 8)
    const look = { x: [0, Math.max(1, epochs.at(-1) ?? 0)], y: [0, 1.05 * most], margin: { left: 34, right: 6, top: 4, bottom: 30 } }
    const chart = new Chart(this.score, { width, height: 84, ...look })
    setAll(chart.svg, { class: "curve", role: "img", "aria-label": fill(says.curve, { train: lines[0][1], test: lines[1][1] }) })
    losses.forEach((loss, place) =>
      chart.line(epochs, loss, { stroke: [colors.train, colors.test][place], "stroke-dasharray": ["none", "5 3"][place], "stroke-width": 2 }))
  }

  showControls() {
    const { says } = this.scene
    const name = this.playing ? says.pause : says.play
    setText(this.play.firstChild, name)
    setAll(this.play, { "data-playing": this.playing, "aria-label": name })
    this.play.disabled = this.step.disabled = this.snapshot.over
  }

  say() {
    if (!this.snapshot) return this.scene.says.answer
    const { epoch, train_loss: train, test_loss: test } = this.snapshot.numbers
    const sizes = [this.scene.inputs.length, ...this.scene.sizes].join("–")
    return fill(this.scene.says.picture, { sizes, epoch, train: fixed(train, 4), test: fixed(test, 4) })
  }

  numbers() {
    const { says } = this.scene
    const [epochs, train, test] = [0, 1, 2].map((line) => row(this.snapshot.arrays.curve, line))
    const some = [...epochs.keys()].filter((place) => place % Math.ceil(epochs.length / 12) === 0)
    return tableOf([fill(says.epoch, { epoch: "" }), says.train, says.test],
      some.map((place) => [epochs[place], fixed(train[place], 4), fixed(test[place], 4)]))
  }

  nameOf([layer, place]) {
    const { sizes, task, classes, says } = this.scene
    if (layer === 0) return fill(says.feature, { label: this.labelOf([0, place]) })
    if (layer < sizes.length) return fill(says.neuron, { layer, neuron: place + 1 })
    return task === "multi_class" ? fill(says.output_of, { name: classes[place] }) : says.output
  }

  labelOf([layer, place]) {
    const { features, inputs } = this.scene
    return layer ? `a${String(place + 1).replace(/\d/g, (digit) => DIGITS[digit])}` : features[inputs[place]].label
  }

  /** What is under the mouse, written out: the weight of a line, or the sum of a unit at a point of the plane. */
  sentence() {
    const { says, sizes, task, activations } = this.scene
    const { number } = this.hovered
    const weight = (layer, row, column) => this.weights[this.network.place(layer, row, column)]
    if (number) {
      const { layer, row, column } = number
      const [to, value] = [this.nameOf([layer + 1, row]), fixed(weight(layer, row, column), 3)]
      if (column === "bias") return `${to}: ${fill(says.bias_is, { bias: value })}. ${says.click}`
      return `${this.nameOf([layer, column])} → ${to}: ${says.weight} ${value}. ${says.drag}`
    }
    if (!this.probe) return this.stage.narrow ? "" : says.sum_hint
    this.point.compute(this.weights)
    const { values } = this.point
    const outputs = values.at(-1).map(([output]) => output)
    // The unit that is looked at, else the output; of several the likeliest.
    const [layer, place] = this.unit?.[0] > 0 ? this.unit : [sizes.length, Math.max(0, outputs.indexOf(Math.max(...outputs)))]
    const signed = (value, first) => `${value < 0 ? "−" : first ? "" : "+"}${first ? "" : " "}${fixed(Math.abs(value))}`
    const bias = weight(layer - 1, place, "bias")
    let sum = bias
    const terms = values[layer - 1].map(([input], column) => {
      sum += weight(layer - 1, place, column) * input
      return `${signed(weight(layer - 1, place, column), !column)}·${this.labelOf([layer - 1, column])} (${fixed(input)})`
    })
    const last = layer === sizes.length
    // Softmax looks at the sums of all outputs, every other function at this one alone.
    const name = last ? { binary: "sigmoid(z)", multi_class: "softmax" }[task] : `${activations[layer - 1].label}(z)`
    const [result] = (last ? answers(task, values[layer]) : values[layer])[place]
    const end = name ? ` → ${name} = ${fixed(result)}` : ""
    return `${this.nameOf([layer, place])}: z = ${terms.join(" ")} ${signed(bias)} (${says.bias}) = ${fixed(sum)}${end}`
  }

  // ---- what people do ----

  /** Let a weight be another number for now. */
  turn({ layer, row, column }, value, edits = Infinity) {
    this.turned.set(this.network.place(layer, row, column), { value, edits })
    this.stage.drawSoon()
  }

  /** Set a weight, and tell the server. */
  settle(number, value) {
    this.turn(number, value, this.snapshot.edits)
    this.act("edited", { ...number, value })
  }

  /** Play, pause, step or reset: the picture obeys at once, and what the server says of it follows. */
  order(order) {
    if (!this.snapshot || (this.snapshot.over && order !== "reset")) return
    this.expected = { play: true, pause: false }[order] ?? null
    this.stopped = order === "pause"
    if (this.stopped) this.glide.stop()
    Object.assign(this, { came: undefined, settled: false })
    this.showControls()
    this.act("asked", order)
    this.ordered = this.beats
    this.heartbeat.later(SHORT)
  }

  hover(found) {
    if (JSON.stringify(found) === JSON.stringify(this.hovered)) return
    this.hovered = found
    this.stage.drawSoon()
  }

  /** Have the plane show a unit, and its weights below; or only one of them. Null for the answer again. */
  pick(unit, only) {
    Object.assign(this, { picked: only ? null : unit, hovered: {} })
    this.board.mark(this.picked, only)
    const { says } = this.scene
    const entry = (number) => ({
      number,
      label: number.column === "bias" ? says.bias : fill(says.weight_of, { label: this.labelOf([number.layer, number.column]) }),
    })
    const [layer, row] = unit ?? []
    const columns = unit ? ["bias", ...this.network.values[layer - 1].keys()] : []
    this.fields.show(only ? [entry(only)] : columns.map((column) => entry({ layer: layer - 1, row, column })))
    this.stage.drawSoon()
  }

  lookAt(probe) {
    this.probe = probe
    this.plane.point(probe && this.pointOf(probe))
    if (probe) {
      this.scene.inputs.forEach((feature, column) => (this.point.values[0][column][0] = this.featureAt(feature, ...probe)))
      this.point.weights = null // it has other inputs
    }
    this.stage.drawSoon()
  }

  /** The stations nearest to the mouse, along x1 and x2. */
  stationsOf({ clientX, clientY }) {
    const box = this.plane.points.getBoundingClientRect()
    const shares = [(clientX - box.left) / box.width, (box.bottom - clientY) / box.height]
    return shares.map((share) => clamp(Math.round(share * 2 * SIDE), 0, 2 * SIDE))
  }

  pointOf(stations) {
    return stations.map((station) => (station / SIDE - 1) * this.scene.limit)
  }

  clickPlane(stations) {
    if (this.scene.own) this.act("point", this.pointOf(stations))
    else this.pinned = String(this.pinned) === String(stations) ? null : stations
    this.lookAt(stations)
  }

  /** The plane by key: the arrows move the point that is looked at, Enter is a click on it. */
  walk(event) {
    const step = { ArrowLeft: [-3, 0], ArrowRight: [3, 0], ArrowUp: [0, 3], ArrowDown: [0, -3] }[event.key]
    const from = this.probe ?? [SIDE, SIDE]
    if (event.key === "Enter") this.clickPlane(from)
    if (!step) return
    event.preventDefault()
    event.stopPropagation()
    this.pinned = from.map((station, axis) => clamp(station + step[axis], 0, 2 * SIDE))
    this.lookAt(this.pinned)
  }

  key(event) {
    const order = { " ": this.playing ? "pause" : "play", ArrowRight: "step", r: "reset", R: "reset" }[event.key]
    const taken = event.key === " " ? "button, summary" : "input"
    if (!order || event.ctrlKey || event.metaKey || event.altKey || event.composedPath()[0].closest(taken)) return
    event.preventDefault()
    event.stopPropagation()
    if (!event.repeat || order === "step") this.order(order)
  }
}

/** The largest size of the values of a map, of every fourth row and column. */
function largest(values) {
  let most = 0
  for (let y = 2; y < SIDE; y += 4) for (let x = 2; x < SIDE; x += 4) most = Math.max(most, Math.abs(values[y * SIDE + x]))
  return most
}

/** For each point the likeliest class and its probability, as `class * 32 + 31 * probability`. */
function winners(outputs) {
  return outputs[0].map((_value, cell) => {
    let best = 0
    for (let place = 1; place < outputs.length; place++) if (outputs[place][cell] > outputs[best][cell]) best = place
    return best * 32 + 31 * outputs[best][cell]
  })
}
