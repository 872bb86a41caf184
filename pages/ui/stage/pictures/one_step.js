// @ts-check
import { clamp, row } from "../arrays.js"
import { fill, make, setAll, setText, shape, short, tableOf, writeSentence } from "../dom.js"
import { numberField } from "../number.js"
import { Player } from "../player.js"

const WEIGHTS = ["w11", "w12", "w21", "w22", "b1", "b2", "v1", "v2", "c"]
const NODES = ["z1", "z2", "h1", "h2", "y"]
const INPUTS = ["x1", "x2"]
const RATE = 1 // lines a second
const CODE = 225 // pixels beside the network
const BESIDE = 760 // pixels from which on there is room for that
const [LOWEST, TALLEST] = [302, 420] // pixels of the network, whose boxes do not shrink
const BEGINNING = 3 // the place in the trace up to which the weights are those of the beginning

// Where everything stands, in parts of the width and of the height: wide, and on a phone.
const WIDE = {
  ...{ x1: [0.05, 0.28], x2: [0.05, 0.72], z1: [0.365, 0.28], z2: [0.365, 0.72], h1: [0.54, 0.28], h2: [0.54, 0.72] },
  ...{ y: [0.9, 0.5], target: [0.7, 0.88], loss: [0.9, 0.88], b1: [0.365, 0.07], b2: [0.365, 0.93], c: [0.9, 0.21] },
}
const NARROW = {
  ...{ x1: [0.07, 0.24], x2: [0.07, 0.76], z1: [0.5, 0.22], z2: [0.5, 0.78], h1: [0.5, 0.37], h2: [0.5, 0.63] },
  ...{ y: [0.9, 0.5], target: [0.9, 0.93], loss: [0.9, 0.75], b1: [0.5, 0.06], b2: [0.5, 0.94], c: [0.9, 0.28] },
}
// The line of each weight: from, to, where on it the weight stands, and when the forward pass runs along it. The
// backward pass runs along it the other way round, after the loss has reached the output.
const WIRES = {
  ...{ w11: ["x1", "z1", 0.5, 0, 0.45], w12: ["x2", "z1", 0.3, 0, 0.45], w21: ["x1", "z2", 0.3, 0, 0.45] },
  ...{ w22: ["x2", "z2", 0.5, 0, 0.45], b1: ["b1", "z1", 0, 0.2, 0.45], b2: ["b2", "z2", 0, 0.2, 0.45] },
  ...{ v1: ["h1", "y", 0.5, 0.55, 0.95], v2: ["h2", "y", 0.5, 0.55, 0.95], c: ["c", "y", 0, 0.75, 0.95] },
}
const LOSS_REACHED = 0.2
const JOINTS = [["z1", "h1"], ["z2", "h2"], ["y", "loss"], ["target", "loss"]]
const backward = (start, stop) => [1 - stop, 1 - start].map((time) => LOSS_REACHED + (1 - LOSS_REACHED) * time)

// When a line of code has made a number, in parts of the time that it runs.
const ARRIVALS = {
  forward: { z1: 0.45, z2: 0.45, h1: 0.55, h2: 0.55, y: 0.95 },
  loss: { loss: 0.8 },
  backward: {
    ...{ y: LOSS_REACHED, h1: backward(0.55, 0.95)[1], h2: backward(0.55, 0.95)[1], z1: 0.64, z2: 0.64 },
    ...Object.fromEntries(Object.entries(WIRES).map(([name, wire]) => [name, name[0] === "v" ? 0.4 : backward(wire[3], wire[4])[1]])),
  },
}
const STRONG = {
  zero_grad: "gradients", forward: "values", loss: "loss", backward: "gradients", step: "weights",
}

/** A tiny network in training: values travel forward along its lines, gradients backward. */
export function one_step(stage) {
  let scene, spots, player
  const code = make("ol", "program")
  const net = make("div", "net", "", { role: "group" })
  const notice = make("p", "notice")
  stage.picture.append(code, net)
  const lines = shape(net, "svg", { class: "wires" })
  const [wires, joints, tokens, parts] = [{}, [], {}, {}]
  const stages = () => scene.stages
  const count = () => scene.notices.length
  const now = (place) => Math.ceil(clamp(place, 0, count() - 1))
  const line = (place) => stages()[now(place) % stages().length]
  const step = (place) => Math.floor(now(place) / stages().length) + 1

  function build() {
    code.append(...scene.code.map((text, k) => {
      const item = make("li")
      item.append(make("code", "", text))
      item.addEventListener("click", () => player.go(Math.min(count() - 1, (step(stage.values.place) - 1) * stages().length + k)))
      return item
    }))
    for (const ends of JOINTS) joints.push([shape(lines, "line", { class: "joint" }), ends])
    for (const name of WEIGHTS) {
      wires[name] = shape(lines, "line", { class: "wire" })
      tokens[name] = make("span", "token")
    }
    tokens.loss = make("span", "token gradient")
    for (const name of [...INPUTS, ...WEIGHTS, "target"]) parts[name] = changeable(name)
    for (const name of [...NODES, "loss"]) parts[name] = part(make("div", `node ${name}`))
    parts.rate = changeable("rate")
    net.append(...Object.entries(parts).filter(([name]) => name !== "rate").map(([, { element }]) => element))
    net.append(...Object.values(tokens))
    code.append(make("li", "rate"))
    code.lastChild.append(parts.rate.element)
    const say = (place) => fill(scene.says.place, { step: step(place), steps: Math.ceil((scene.last + 1) / stages().length) })
    player = new Player(stage, { name: "place", label: scene.says.trace, steps: count(), rate: RATE, say })
    stage.controls.append(player.element, notice)
    setAll(net, { "aria-label": scene.says.numbers })
  }

  /** A number with its name, and below it its gradient. */
  function part(element) {
    const [whole, name, value, below] = [make("span"), make("span", "name"), make("b"), make("span", "below gradient")]
    whole.append(name, " ", value)
    element.append(whole, below)
    return { element, name, value, below }
  }

  function changeable(name) {
    const reached = name === WEIGHTS[0] || name === "rate" // by the Tab key, and the others from there
    const element = make("button", `number ${name}`, "", { type: "button", tabindex: reached ? 0 : -1 })
    const steps = name === "rate" ? { factor: 1.1 } : { step: 0.1 }
    numberField(stage, name, element, {
      ...steps,
      limits: () => scene.limits[name],
      group: name === "rate" ? code : net,
      start: () => {
        player.stop()
        if (name in WIRES) stage.set({ picked: name, place: Math.min(now(stage.values.place), BEGINNING) })
      },
    })
    return part(element)
  }

  function layout(next) {
    scene = next
    if (!player) build()
    player.resize(count())
    const beside = stage.width >= BESIDE
    spots = stage.narrow ? { ...NARROW } : { ...WIDE }
    const width = Math.min(820, beside ? stage.width - CODE - 20 : stage.width)
    const height = clamp(stage.height - (beside ? 0 : 40), LOWEST, stage.narrow ? 330 : TALLEST)
    for (const [name, [from, to, at]] of Object.entries(WIRES)) if (at) spots[name] = mix(spots[from], spots[to], at)
    setAll(stage.picture, { class: `picture one-step${beside ? "" : " above"}${stage.narrow ? " narrow" : ""}` })
    setAll(net, { style: `width:${width}px;height:${height}px` })
    setAll(lines, { width, height })
    const pixels = ([x, y]) => [x * width, y * height]
    for (const name of Object.keys(spots)) spots[name] = pixels(spots[name])
    for (const [name, { element, name: title }] of Object.entries(parts)) {
      if (spots[name]) setAll(element, { style: `left:${spots[name][0]}px;top:${spots[name][1]}px` })
      setText(title, scene.names[name])
      if (scene.titles[name]) element.title = scene.titles[name]
    }
    for (const [name, [from, to]] of Object.entries(WIRES)) join(wires[name], from, to)
    for (const [joint, ends] of joints) join(joint, ...ends)
    code.children[0].classList.toggle("forgotten", scene.forgotten)
  }

  function join(wire, from, to) {
    const [[x1, y1], [x2, y2]] = [spots[from], spots[to]]
    setAll(wire, { x1, y1, x2, y2 })
  }

  /** The row of a table where the running line stands, or the one before while a number is still on its way. */
  function made(table, name, place) {
    const k = now(place)
    const time = 1 - (k - place)
    const arrived = time >= 1 || time >= (ARRIVALS[line(place)]?.[name] ?? 0.5)
    return row(table, arrived || !k ? k : k - 1)
  }

  function weights(place) {
    const k = now(place)
    const [old, next] = [row(scene.arrays.weights, Math.max(0, k - 1)), row(scene.arrays.weights, k)]
    return WEIGHTS.map((name, j) => {
      const { [name]: changed } = stage.values
      return changed !== scene.made[name] ? changed : old[j] + (next[j] - old[j]) * (1 - (k - place))
    })
  }

  function show(values) {
    const { arrays, says } = scene
    const { place } = values
    const [k, running] = [now(place), line(place)]
    const time = 1 - (k - place)
    setAll(net, { "data-strong": STRONG[running] })
    net.classList.toggle("stale", Object.keys(scene.made).some((name) => values[name] !== scene.made[name]))
    for (const [at, item] of [...code.children].entries()) item.classList.toggle("now", at === k % stages().length)
    const present = weights(place)
    const largest = Math.max(...present.map(Math.abs)) || 1
    WEIGHTS.forEach((name, j) => {
      const gradient = made(arrays.gradients, name, place)[j]
      const was = running === "step" && fill(says.was, { before: short(row(arrays.weights, k - 1)[j]) })
      write(name, present[j], was || slope(gradient, running === "zero_grad" && time >= 0.5 ? says.cleared : ""), !was)
      setAll(parts[name].element, { "aria-pressed": name === values.picked })
      setAll(wires[name], { stroke: color(present[j]), "stroke-width": 1 + 4 * Math.abs(present[j]) / largest })
    })
    NODES.forEach((name, j) => write(name, made(arrays.nodes, name, place)[j], slope(made(arrays.slopes, name, place)[j])))
    write("loss", made(arrays.losses, "loss", place)[0])
    for (const name of [...INPUTS, "target", "rate"]) write(name, values[name])
    travel(running, time, k)
    writeSentence(notice, scene.notices[k])
  }

  const color = (value) => (value < 0 ? "var(--orange)" : "var(--blue)")
  const slope = (value, none = "") => (Number.isNaN(value) ? none : fill(scene.says.gradient, { gradient: short(value) }))

  function write(name, value, below = "", violet = true) {
    const { element, value: place, below: under } = parts[name]
    setText(place, Number.isNaN(value) ? "?" : short(value))
    setText(under, below)
    under.classList.toggle("gradient", violet)
    element.style.setProperty("--sign", Number.isNaN(value) ? "transparent" : color(value))
    if (name in scene.made) setAll(element, { "aria-label": fill(scene.says.change, { name: scene.names[name], value: short(value) }) })
  }

  /** Put what is under way where it is on its lines. */
  function travel(running, time, k) {
    for (const [name, [from, to, at, start, stop]] of Object.entries(WIRES)) {
      const ahead = running === "forward"
      const [first, last] = ahead ? [start, stop] : backward(start, stop)
      const part = (time - first) / (last - first)
      const end = ahead ? 1 : name[0] === "v" ? 0 : at // a gradient ends at its weight, and for v goes on to the neuron
      const along = ahead ? part : 1 + (end - 1) * part
      const [before, behind] = row(scene.arrays.carried, k).subarray(2 * WEIGHTS.indexOf(name))
      const value = (ahead ? along < at : along > at) ? before : behind
      token(name, part > 0 && part < 1 && time < 1 && !Number.isNaN(value), value, mix(spots[from], spots[to], along), !ahead)
    }
    const [forth, back] = [running === "loss" && time < 0.8, running === "backward" && time < LOSS_REACHED]
    const along = forth ? time / 0.8 : 1 - time / LOSS_REACHED
    const value = forth ? row(scene.arrays.nodes, k)[4] : row(scene.arrays.slopes, k)[4]
    token("loss", forth || back, value, mix(spots.y, spots.loss, along), back)
  }

  function token(name, seen, value, [x, y], gradient) {
    const element = tokens[name]
    element.hidden = !seen
    if (!seen) return
    setText(element, short(value))
    element.classList.toggle("gradient", gradient)
    element.style.transform = `translate(${x}px, ${y}px) translate(-50%, -50%)`
  }

  const say = ({ place }) => `${fill(scene.says.line, { step: step(place), code: scene.code[now(place) % stages().length] })} ${scene.notices[now(place)].replaceAll("`", "")}`

  const numbers = ({ place }) => tableOf(
    [scene.says.weight, scene.says.value, ".grad"],
    WEIGHTS.map((name, j) => [scene.names[name], ...[scene.arrays.weights, scene.arrays.gradients].map((table) => short(row(table, now(place))[j], 4))]))

  /** The place in the trace as the address has it. */
  const told = ({ place, ...others }) => ({ ...others, step: step(place), stage: line(place) })

  return { layout, show, say, numbers, told, role: "group" }
}

const mix = ([x1, y1], [x2, y2], part) => [x1 + (x2 - x1) * part, y1 + (y2 - y1) * part]
