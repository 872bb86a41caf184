// @ts-check
import { clamp } from "../arrays.js"
import { forward, replay } from "../backward.js"
import { arrow } from "../chart.js"
import { fill, make, setAll, setText, shape, short, tableOf, writeSentence } from "../dom.js"
import { tint } from "../matrix.js"
import { numberField } from "../number.js"
import { Player } from "../player.js"

const RATE = 1 // steps a second
const DIGITS = 4
const CODE = 290 // pixels beside the graph
const BESIDE = 900 // pixels from which on there is room for that
// Where the tensors stand: along the way to the loss, and beside it. On a phone the way goes downward.
const SPOTS = {
  ...{ x: [1, "aside"], b: [2, "aside"], target: [3, "aside"] },
  ...{ w: [0, "way"], z: [1, "way"], y: [2, "way"], error: [3, "way"], loss: [4, "way"] },
}
// Widths of the tensors there, and heights, all in pixels.
const WIDE = { way: 116, aside: 116, down: 84, height: 264, widest: 900 }
const NARROW = { way: 162, aside: 116, down: 46, height: 344, widest: 360 }
const LEGEND = 26 // pixels below the graph

/** The graph of a loss: it grows as the lines run, and gradients flow back along it. */
export function autograd(stage) {
  let scene, player, look
  const [nodes, edges] = [{}, {}]
  const code = make("ol", "program")
  const graph = make("div", "graph", "", { role: "group" })
  const [said, legend] = [make("div", "said"), make("p", "kinds")]
  const lines = shape(graph, "svg")
  const token = make("span", "token")
  stage.picture.append(code, graph)
  const now = (place) => clamp(Math.ceil(place), 0, scene.steps.length - 1)
  const write = (number) => short(number, DIGITS)

  function build() {
    for (const name of Object.keys(scene.nodes)) nodes[name] = tensor(name)
    graph.append(...Object.values(nodes).map(({ element }) => element), token, legend)
    const say = (place) => fill(scene.says.place, { step: now(place) + 1, steps: scene.steps.length })
    player = new Player(stage, { label: scene.says.trace, steps: scene.steps.length, rate: RATE, say })
    said.append(make("p", "sum"), make("p", "notice"))
    stage.controls.append(player.element, said)
    setAll(graph, { "aria-label": scene.says.numbers })
    for (const kind of ["edge", "number", "flow"]) legend.append(make("span", kind, scene.says[kind]))
  }

  /** A tensor: its name and value, what made it, whether it wants a gradient, and the one that has come to it. */
  function tensor(name) {
    const changeable = scene.numbers.includes(name)
    const button = { type: "button", tabindex: name === scene.numbers[0] ? 0 : -1 } // one stop of the Tab key for all
    const element = changeable ? make("button", `node number ${name}`, "", button) : make("div", `node ${name}`)
    element.classList.add(SPOTS[name][1])
    if (changeable) {
      numberField(stage, name, element, { step: 0.1, limits: () => scene.limits, group: graph, start: () => player.stop() })
    }
    const [title, value] = [make("span", "title"), make("b")]
    title.append(`${name} = `, value)
    const [made, wants, grad] = ["made", "wants", "grad"].map((kind) => make("span", kind))
    element.append(title, made, wants, grad)
    return { element, value, made, wants, grad }
  }

  function layout(next) {
    const isNew = scene?.case !== next.case
    scene = next
    if (!player) build()
    if (isNew) code.replaceChildren(...scene.lines.map(lineOfCode))
    player.resize(scene.steps.length)
    const beside = stage.width >= BESIDE
    look = stage.narrow ? NARROW : { ...WIDE, height: Math.min(WIDE.height, stage.height) } // less on a phone's side
    const width = Math.min(look.widest, stage.width - (beside ? CODE + 20 : 0))
    setAll(stage.picture, { class: `picture autograd${beside ? "" : " above"}${stage.narrow ? " narrow" : ""}` })
    setAll(graph, { style: `width:${width}px;height:${look.height}px` })
    setAll(lines, { width, height: look.height })
    lines.replaceChildren()
    for (const key of Object.keys(edges)) delete edges[key]
    const spots = Object.fromEntries(Object.keys(SPOTS).map((name) => [name, spot(name, width)]))
    for (const [name, { element, made, wants }] of Object.entries(nodes)) {
      const { gradFn, isLeaf, requiresGrad, sources, edges: reached } = scene.nodes[name]
      const [x, y, across, down] = spots[name]
      setAll(element, { style: `left:${x}px;top:${y}px;width:${across}px;height:${down}px` })
      setText(made, isLeaf ? scene.says.leaf : gradFn)
      setText(wants, requiresGrad ? scene.says.requires : scene.says.free)
      for (const source of sources) {
        const made = edge(spots[source], spots[name], reached.includes(source))
        const cut = requiresGrad && scene.nodes[source].requiresGrad && !reached.includes(source)
        edges[`${name} ${source}`] = { ...made, none: cut ? "detach" : "" }
      }
    }
  }

  /** The middle of a tensor, its width and its height. */
  function spot(name, width) {
    const [along, place] = SPOTS[name]
    const [across, down, low] = [look[place], look.down, look.height - LEGEND - look.down / 2]
    const part = along / 4
    return stage.narrow
      ? [place === "way" ? across / 2 : width - across / 2, down / 2 + part * (low - down / 2), across, down]
      : [across / 2 + part * (width - across), place === "way" ? low : down / 2, across, down]
  }

  function lineOfCode(_text, k) {
    const item = make("li")
    item.append(make("code"))
    item.addEventListener("click", () => player.go(scene.steps.findLastIndex(({ line }) => line === k)))
    return item
  }

  /** A line from one tensor to the next, which is level with it or below it, and what is written beside it. */
  function edge([x1, y1, across1, down1], [x2, y2, across2, down2], inGraph) {
    const [right, below] = [Math.sign(x2 - x1), Math.sign(y2 - y1)]
    const gap = (size) => size / 2 + 2
    const ends = [x1 + right * gap(across1), y1 + below * gap(down1), x2 - right * gap(across2), y2 - below * gap(down2)]
    const [x, y] = [(ends[0] + ends[2]) / 2, (ends[1] + ends[3]) / 2]
    const [first, second] = right ? [[0, -22], [0, 14]] : stage.narrow ? [[24, 0], [62, 0]] : [[24, -9], [24, 9]]
    const anchor = { "text-anchor": right ? "middle" : "start", "dominant-baseline": "central" }
    const text = (kind, [dx, dy]) => shape(lines, "text", { class: kind, x: x + dx, y: y + dy, ...anchor })
    const base = shape(lines, "path", { class: inGraph ? "base" : "base number", d: arrow(...ends, inGraph ? 7 : 0) })
    return { ends, base, back: shape(lines, "path", { class: "back" }), local: text("local", first), passed: text("gradient", second) }
  }

  /** The place in the trace, the value of each tensor, and what each step leaves. */
  function computed(values) {
    const numbers = forward(values)
    return { k: now(values.step), numbers, states: replay(scene.steps, scene.parameters, numbers) }
  }

  function show(values) {
    const { k, numbers, states } = computed(values)
    const [step, time] = [scene.steps[k], 1 - (k - values.step)]
    const { arrived, grads, passed } = states[k && time < (step.kind === "flow" ? 1 : 0.5) ? k - 1 : k]
    const grown = (name) => clamp(values.step + 1 - scene.steps.findIndex((each) => each.kind === "make" && each.name === name), 0, 1)
    const largest = Math.max(...Object.values(numbers).map(Math.abs))
    const written = Object.fromEntries(scene.numbers.map((name) => [name, inPython(values[name])]))
    scene.lines.forEach((text, at) => {
      setText(code.children[at].firstChild, fill(text, written))
      code.children[at].classList.toggle("now", at === step.line)
    })
    for (const [name, { element, value, grad }] of Object.entries(nodes)) {
      const { fill: color, "fill-opacity": strength } = tint(numbers[name], largest)
      element.style.setProperty("--tint", `color-mix(in srgb, ${color} ${50 * Number(strength)}%, transparent)`)
      Object.assign(element.style, { opacity: grown(name), visibility: grown(name) ? "visible" : "hidden" })
      element.classList.toggle("refused", step.kind === "refused" && name === "loss")
      const label = fill(scene.says.change, { name, value: write(numbers[name]) })
      if (scene.numbers.includes(name)) setAll(element, { "aria-label": label })
      setText(value, write(numbers[name]))
      setText(grad, stored(name, k, grads, arrived))
      grad.classList.toggle("gradient", name in grads || name in arrived)
    }
    token.hidden = step.kind !== "flow" || time >= 1
    for (const [key, { ends: [x1, y1, x2, y2], base, back, local, passed: result, none }] of Object.entries(edges)) {
      const running = key === `${step.name} ${step.to}`
      const flow = running ? states[k].flow : passed[key]
      const along = running ? time : flow ? 1 : 0
      const [x, y] = [x2 + (x1 - x2) * along, y2 + (y1 - y2) * along]
      base.style.opacity = String(along === 1 ? 0 : grown(key.split(" ")[0])) // the gradient's arrow lies over it
      setAll(back, { d: arrow(x2, y2, x, y) })
      setText(local, flow ? `× ${short(flow.local)}` : Number(base.style.opacity) ? none : "")
      setText(result, flow && along === 1 ? short(flow.outgoing) : "")
      if (!running) continue
      setText(token, short(time < 0.5 ? flow.incoming : flow.outgoing))
      token.style.transform = `translate(${x}px, ${y}px) translate(-50%, -50%)`
    }
    sentences(values).forEach((text, at) => writeSentence(said.children[at], text))
  }

  /** What stands in `.grad`, or before that is on its way through. */
  function stored(name, k, grads, arrived) {
    if (name in grads) return `.grad ${write(grads[name])}`
    if (name in arrived) return `↩ ${write(arrived[name])}`
    return scene.steps.slice(0, k + 1).some(({ kind }) => kind === "end") ? ".grad None" : ""
  }

  /** The arithmetic of a step, and what to notice, with all numbers in them. */
  function sentences(values) {
    const { k, numbers, states } = computed(values)
    const { sum, notice, words, to } = scene.steps[k]
    const { flow, grads, passed } = states[k]
    const along = Object.entries(passed).flatMap(([key, { local, outgoing }]) =>
      [[key.replace(" ", "_"), local], [`slope_${key.split(" ")[1]}`, outgoing]])
    const once = states.find(({ grads }) => "w" in grads)?.grads.w
    const all = { ...numbers, ...Object.fromEntries(along), ...flow, after: grads[to], grad_w: grads.w, once_w: once, change: grads.w / 100 }
    const written = Object.fromEntries(Object.entries(all).map(([name, number]) => [name, write(number ?? null)]))
    return [sum, notice].map((text) => enclosed(fill(text, { ...written, ...words })))
  }

  const say = (values) => sentences(values).join(" ").replace(/[`*]/g, "")

  const numbers = (values) => {
    const { k, numbers, states } = computed(values)
    const made = scene.steps.slice(0, k + 1).filter(({ kind }) => kind === "make")
    return tableOf(scene.says.head, made.map(({ name }) => {
      const { gradFn, isLeaf, requiresGrad } = scene.nodes[name]
      const facts = [isLeaf, requiresGrad].map((is) => (is ? "True" : "False"))
      return [name, write(numbers[name]), gradFn || "None", ...facts, write(states[k].grads[name] ?? null)]
    }))
  }

  return { layout, show, say, numbers, role: "group" }
}

/** A number as Python writes it. */
const inPython = (value) => (Number.isInteger(value) ? value.toFixed(1) : String(value))

/** A sentence with parentheses around each negative number that follows a sign. */
const enclosed = (text) => text.replace(/([·×+−] )(−[\d.]+)/g, "$1($2)")
