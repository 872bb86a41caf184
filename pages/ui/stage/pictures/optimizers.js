// @ts-check
import { between, clamp, row, sameBytes } from "../arrays.js"
import { canvas, spread } from "../canvas.js"
import { Chart } from "../chart.js"
import { fill, make, setAll, setText, shape, short, tableOf } from "../dom.js"
import { onDrag } from "../drag.js"
import { Hill } from "../hill.js"
import { Player } from "../player.js"

const SECONDS = 8 // that a whole race takes
const RADIUS = 10 // pixels of a ball
const REACH = 26 // pixels around the start in which a finger takes hold of it
const MARGIN = { left: 34, right: 10, top: 10, bottom: 36 }
const GAP = 20 // pixels between two panels
const FAR = 1e4 // pixels; a racer that has left is no further away
const ROOM = 700 // pixels that all three panels need
const VIEWS = ["map", "hill", "distance"]

/** Balls that race down a surface: on its map, on the hill, and their distances to the goal. */
export function optimizers(stage) {
  let scene, player, panels, handle, alone
  const legend = make("div", "legend")
  const place = make("div", "picture")
  const sentence = make("p", "sentence")
  const choice = make("div", "choice", "", { role: "group" })
  stage.picture.append(legend, place)

  function layout(next) {
    const fresh = !scene || !sameBytes(scene.arrays.positions, next.arrays.positions)
    scene = next
    const steps = scene.arrays.positions.shape[1]
    if (!player) {
      player = new Player(stage, { label: scene.says.step, steps, rate: 1 })
      choice.append(...VIEWS.map(viewButton))
      setAll(choice, { "aria-label": scene.says.show })
      stage.controls.append(player.element, choice, sentence)
    }
    player.rate = (steps - 1) / SECONDS
    alone = stage.width < ROOM
    choice.hidden = !alone
    legend.replaceChildren(...scene.racers.map(entry))
    place.replaceChildren()
    const width = alone ? stage.width : (stage.width - 2 * GAP) * 0.38
    const across = MARGIN.left + MARGIN.right
    const most = Math.min(width, (stage.height - MARGIN.top - MARGIN.bottom) * 1.25 + across)
    const height = (most - across) / 1.25 + MARGIN.top + MARGIN.bottom
    const rest = alone ? most : Math.min(stage.width - 2 * GAP - 2 * most, most)
    panels = { map: map(most, height), hill: hill(most, height), distance: distance(rest, height) }
    player.take(steps, fresh)
  }

  function viewButton(name) {
    const button = make("button", "", scene.says[name], { type: "button" })
    button.addEventListener("click", () => {
      stage.set({ view: name })
      stage.settle()
    })
    return button
  }

  function entry({ label, letter, color, hollow }) {
    const line = make("span")
    const look = hollow ? `color: ${color}` : `color: #fff; background: ${color}; border-color: ${color}`
    line.append(make("span", "disc", letter, { style: look }), make("b", "", label), make("span", "reading"))
    return line
  }

  // --- The three panels: each has a canvas for the balls over it, and knows where a racer is on it. ---

  const panel = () => place.appendChild(make("div", "panel"))

  function map(width, height) {
    const element = panel()
    const [x, y] = scene.view
    const chart = new Chart(element, { width, height, x, y, margin: MARGIN, xLabel: `${scene.says.x} →` })
    setAll(chart.svg, { class: "drag-y", style: "touch-action: pan-y; cursor: crosshair" })
    const frame = frameOf(chart)
    shape(chart.back, "image", { ...frame, href: scene.shades, preserveAspectRatio: "none" })
    shape(chart.back, "rect", { ...frame, fill: "none", class: "zero" })
    chart.word(MARGIN.left + 6, MARGIN.top + 12, `${scene.says.y} ↑`, { "font-style": "italic" }, chart.front)
    for (const [x, y] of scene.minima) chart.word(chart.x(x), chart.y(y), "★", { "text-anchor": "middle", "font-size": 20 })
    handle = shape(chart.front, "g", { class: "held" })
    shape(handle, "circle", { r: REACH, fill: "transparent" })
    shape(handle, "path", { d: "M-12 0a12 12 0 1 0 24 0a12 12 0 1 0 -24 0M-17 0h10M7 0h10M0 -17v10M0 7v10", class: "start" })
    const near = (px, py) => Math.hypot(px - chart.x(start()[0]), py - chart.y(start()[1])) < REACH
    const round = (value, [low, high]) => +clamp(Math.round(value / scene.start_step) * scene.start_step, low, high).toFixed(2)
    onDrag(chart.svg, {
      start: (px, py, event) => {
        if (event.pointerType !== "mouse" && !near(px, py)) return false
        player.stop()
        stage.hold()
      },
      move: (px, py) => {
        const [forX, forY] = scene.start
        stage.set({ [forX]: round(chart.fromX(px), x), [forY]: round(chart.fromY(py), y), step: 0 })
      },
      end: () => stage.settle(),
    })
    const where = (k, step) => position(k, step).map((value, axis) => clamp(axis ? chart.y(value) : chart.x(value), -FAR, FAR))
    return { element, chart, context: canvas(element, width, height, "over"), where, part: 1, frame }
  }

  function hill(width, height) {
    const element = panel()
    const shown = new Hill(element, {
      ...{ width, height, heights: scene.arrays.heights, gray: scene.gray, turned: () => stage.drawSoon() },
    })
    const [[left, right], [bottom, top]] = scene.view
    const where = (k, step) => {
      const [x, y] = position(k, step)
      const [along, across] = [(x - left) / (right - left), (y - bottom) / (top - bottom)]
      return along >= 0 && along <= 1 && across >= 0 && across <= 1 ? shown.project(along, across) : null
    }
    const context = canvas(element, width, height, "over")
    const turns = make("div", "turns")
    for (const [sign, name, by] of [["↻", scene.says.left_turn, -0.3], ["↺", scene.says.right_turn, 0.3]]) {
      const button = make("button", "", sign, { type: "button", "aria-label": name, title: name })
      button.addEventListener("click", () => shown.look(shown.turn + by))
      turns.append(button)
    }
    element.append(turns)
    return { element, context, where, part: 0.25, frame: { x: 0, y: 0, width, height } }
  }

  function distance(width, height) {
    const element = panel()
    const low = Math.log10(scene.nearest)
    const chart = new Chart(element, {
      ...{ width, height, x: [0, scene.arrays.distances.shape[1] - 1], y: [low, 2], xLabel: scene.says.step },
      ...{ yLabel: scene.says.distance, margin: { ...MARGIN, left: 46 }, saysY: (power) => (power < -3 ? `1e−${-power}` : short(10 ** power)) },
    })
    const where = (k, step) => [chart.x(step), chart.y(clamp(Math.log10(away(k, step)), low, 2))]
    return { element, context: canvas(element, width, height, "over"), where, part: 1, frame: frameOf(chart) }
  }

  const frameOf = ({ box, width, height }) =>
    ({ x: box.left, y: box.top, width: width - box.left - box.right, height: height - box.top - box.bottom })

  // --- Where everybody is. ---

  const start = () => scene.start.map((name) => stage.values[name])
  const found = [0, 0]
  const position = (k, step) => {
    if (step === 0) return start() // also while it is dragged
    const { positions } = scene.arrays
    return between(Object.assign(row(positions, k), { shape: positions.shape.slice(1) }), step, found).slice()
  }
  const away = (k, step) => {
    if (step === 0) return Math.min(...scene.minima.map(([x, y]) => Math.hypot(start()[0] - x, start()[1] - y)))
    const distances = row(scene.arrays.distances, k)
    const [left, right] = [Math.floor(step), Math.min(Math.ceil(step), distances.length - 1)]
    return distances[left] + (distances[right] - distances[left]) * (step - left)
  }
  const last = (k, step) => Math.min(step, scene.racers[k].left ?? Infinity)

  function show(values) {
    const ground = getComputedStyle(stage.place).backgroundColor
    for (const [name, { element }] of Object.entries(panels)) element.hidden = alone && name !== values.view
    VIEWS.forEach((name, k) => setAll(choice.children[k], { "aria-pressed": name === values.view }))
    const [x, y] = start()
    panels.map.chart.moveDot(handle, x, y)
    for (const shown of Object.values(panels)) if (!shown.element.hidden) paint(shown, values.step, ground)
    const step = Math.round(values.step)
    scene.racers.forEach((_racer, k) => setText(legend.children[k].lastChild, short(away(k, last(k, step)), 2)))
    setText(sentence, say(values))
  }

  function paint({ context, where, part, frame, element }, step, ground) {
    context.clearRect(0, 0, element.clientWidth, element.clientHeight)
    context.save()
    context.beginPath()
    context.rect(frame.x, frame.y, frame.width, frame.height)
    context.clip()
    scene.racers.forEach(({ color, hollow }, k) => {
      trail(context, (place) => where(k, place), last(k, step), part)
      for (const [width, ink] of hollow ? [[5, ground], [3.5, color], [1.2, ground]] : [[5, ground], [3, color]]) {
        Object.assign(context, { lineWidth: width, strokeStyle: ink })
        context.stroke()
      }
    })
    context.restore()
    balls(context, scene.racers.map((_racer, k) => where(k, last(k, step))), frame, ground)
  }

  /** The way so far, which grows behind its ball. */
  function trail(context, at, step, part) {
    context.beginPath()
    let pen = "moveTo"
    for (let place = 0; place < step + part; place += part) {
      const point = at(Math.min(place, step))
      if (point) context[pen](...point)
      pen = point ? "lineTo" : "moveTo"
    }
  }

  function balls(context, points, { x, y, width, height }, ground) {
    const inside = points.map((point) => point && [clamp(point[0], x, x + width), clamp(point[1], y, y + height)])
    const seen = inside.flatMap((point, k) => (point ? [k] : []))
    spread(seen.map((k) => inside[k]), RADIUS).forEach(([px, py], place) => {
      const k = seen[place]
      const { color, hollow, letter, left } = scene.racers[k]
      context.globalAlpha = left !== null && stage.values.step >= left ? 0.5 : 1
      Object.assign(context, { strokeStyle: color, fillStyle: color, lineWidth: 1.5 })
      context.beginPath()
      context.moveTo(...inside[k])
      context.lineTo(px, py)
      context.stroke()
      disc(context, ...inside[k], 3, color, ground)
      disc(context, px, py, RADIUS - 1, hollow ? ground : color, hollow ? color : ground)
      Object.assign(context, { fillStyle: hollow ? color : "#fff", textAlign: "center", textBaseline: "middle" })
      context.font = "700 12px sans-serif"
      context.fillText(letter, px, py + 0.5)
    })
    context.globalAlpha = 1
  }

  function disc(context, x, y, radius, inside, edge) {
    context.beginPath()
    context.arc(x, y, radius, 0, 2 * Math.PI)
    Object.assign(context, { fillStyle: inside, strokeStyle: edge, lineWidth: 2 })
    context.fill()
    context.stroke()
  }

  /** Who is nearest to a minimum, and who has left the map. */
  function say(values) {
    const says = scene.says
    const step = Math.round(values.step)
    const far = scene.racers.map((_racer, k) => away(k, last(k, step)))
    if (step === 0) return fill(says.at_start, { distance: short(far[0], 2) })
    const all = scene.racers.map((_racer, k) => k)
    const gone = all.filter((k) => scene.racers[k].left !== null && scene.racers[k].left <= step)
    const order = all.filter((k) => !gone.includes(k)).sort((one, other) => far[one] - far[other])
    const words = (sentence, k) => fill(sentence, { step, label: scene.racers[k].label, distance: short(far[k], 2) })
    const ranks = order.map((k, rank) => words(rank ? says.other : says.nearest, k)).join("")
    const losses = gone.map((k) => fill(says.left, { label: scene.racers[k].label, step: scene.racers[k].left })).join(", ")
    return [ranks && `${ranks}.`, losses && `${losses}: ${says.too_large}`].filter(Boolean).join(" ")
  }

  function numbers(values) {
    const { states } = scene.arrays
    const pair = (pair) => (Number.isNaN(pair[0]) ? "–" : [...pair].map((value) => short(value)).join(", "))
    return tableOf(scene.says.columns, scene.racers.map(({ label }, k) => {
      const step = last(k, Math.round(values.step))
      const from = (k * states.shape[1] + step) * 8
      return [label, pair(position(k, step)), ...[0, 2, 4, 6].map((place) => pair(states.subarray(from + place, from + place + 2)))]
    }))
  }

  return { layout, show, say, numbers, role: "group" }
}
