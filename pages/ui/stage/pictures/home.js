// @ts-check
import { between, clamp, row } from "../arrays.js"
import { drawing } from "../chart.js"
import { fill, fixed, make, setAll, setText, shape, tableOf } from "../dom.js"
import { bySign, imageAt, paint } from "../image.js"
import { inCell, tint } from "../matrix.js"
import { Player } from "../player.js"

const RATE = 1.4 // stations a second
const STATIONS = 4
const TITLE = 26
const PALE = 0.4 // stations that this round has not come to yet show the round before
const CLASSES = ["var(--orange)", "var(--blue)"]
const ease = (share) => share * share * (3 - 2 * share)
const part = (share, from, to) => clamp((share - from) / (to - from), 0, 1)

/** A tiny network on its way round the loop of data, network, loss and optimizer: it learns before one's eyes. */
export function home(stage) {
  let scene, player, svg, stations, arrows, fliers, color, weights, plane
  const notice = make("div", "notice")

  /** Where the network is: its round and station, and how much of that is done; the end of a station is a whole step. */
  function at(step) {
    const [whole, done] = [Math.ceil(step), step - Math.ceil(step) + 1]
    return { round: Math.floor(whole / STATIONS), station: whole % STATIONS, done }
  }

  function layout(next) {
    const other = scene && scene.seed !== next.seed
    scene = next
    color = bySign(stage)
    weights = new Float32Array(scene.arrays.weights.shape[1])
    plane = new Float32Array(scene.arrays.planes.shape[1] * scene.arrays.planes.shape[2])
    if (!player) {
      const say = (step) => fill(scene.says.of, { number: at(step).round + 1, all: scene.arrays.loss.length })
      const steps = scene.arrays.loss.length * STATIONS
      player = new Player(stage, { label: scene.says.label, steps, rate: RATE, loop: true, say })
      stage.controls.append(player.element, notice)
      if (!stage.calm && !stage.values.step) player.play()
    } else if (other && player.playing) {
      player.stop()
      stage.set({ step: 0 })
      player.play()
    }
    stage.picture.replaceChildren()
    const [across, down] = stage.narrow ? [16, 18] : [56, 34]
    const [width, height] = [(stage.width - across - 4) / 2, (stage.height - down - 4) / 2]
    const corners = [[2, 2], [2 + width + across, 2], [2 + width + across, 2 + height + down], [2, 2 + height + down]]
    const inner = stage.narrow ? 8 : 14
    const area = { x: inner, y: TITLE + 6, width: width - 2 * inner, height: height - TITLE - 30 }
    const canvas = imageAt(stage.picture, { ...area, x: area.x + 2, y: area.y + 2 })
    canvas.classList.add("soft")
    svg = drawing(stage.picture, stage.width, stage.height)
    arrows = [
      [2 + width, 2 + height / 2, across, 0], [stage.width - 2 - width / 2, 2 + height, 0, down],
      [2 + width + across, stage.height - 2 - height / 2, -across, 0], [2 + width / 2, 2 + height + down, 0, -down],
    ].map(arrow)
    const made = [data(area, canvas), network(area), loss(area), optimizer(area)]
    stations = corners.map(([x, y], k) => {
      const whole = shape(svg, "g", { transform: `translate(${x} ${y})` })
      const edge = shape(whole, "rect", { width, height, rx: 12, class: "station", stroke: `var(--${scene.stations[k].color})` })
      shape(whole, "text", { x: inner, y: TITLE / 2 + 6, "dominant-baseline": "central", "font-size": 16, "font-weight": 700 }, `${k + 1}. ${scene.stations[k].label}`)
      const content = shape(whole, "g")
      const caption = shape(whole, "text", { x: width / 2, y: height - 11, "text-anchor": "middle", "font-size": stage.narrow ? 11.5 : 13 })
      return { edge, content, ...made[k](content, caption) }
    })
    const [from, to] = [area, { x: corners[1][0] + area.x, y: corners[1][1] + area.y + area.height / 2 }]
    fliers = { from, to, dots: Array.from({ length: scene.arrays.chosen.shape[1] }, () => shape(svg, "circle", { r: 6, class: "dot" })) }
  }

  function arrow([x, y, dx, dy], k) {
    const [from, to] = [0.2, 0.8].map((share) => [x + dx * share, y + dy * share])
    const [ux, uy] = [Math.sign(dx), Math.sign(dy)]
    const head = [[-1, -1], [-1, 1]].map(([back, side]) => `M${to[0]} ${to[1]}l${7 * (back * ux + side * uy)} ${7 * (back * uy + side * ux)}`)
    const look = { fill: "none", "stroke-width": stage.narrow ? 3 : 4, "stroke-linecap": "round", stroke: `var(--${scene.stations[k].color})` }
    return shape(svg, "path", { d: `M${from[0]} ${from[1]}L${to[0]} ${to[1]}${head.join("")}`, ...look })
  }

  const onMap = (map, point) => {
    const [x, y] = [point[0] / scene.reach[0], -point[1] / scene.reach[1]].map((share) => clamp(share, -0.97, 0.97))
    return [map.x + (map.width * (1 + x)) / 2, map.y + (map.height * (1 + y)) / 2]
  }

  /** The points, those of the batch larger, over what the network says all over the plane. */
  const data = (map, canvas) => (content, caption) => {
    const { points, classes, chosen, planes } = scene.arrays
    const dots = Array.from(classes, (kind, k) => {
      const [cx, cy] = onMap(map, row(points, k))
      return shape(content, "circle", { cx, cy, fill: CLASSES[kind], class: "dot" })
    })
    setText(caption, fill(scene.says.data, { batch: chosen.shape[1], all: dots.length }))
    return {
      show(round, done, reached, state) {
        paint(canvas, between(planes, state, plane), planes.shape[2], (value) => color(0.42 * (value / 127.5 - 1)))
        const batch = row(chosen, round)
        dots.forEach((dot, k) => setAll(dot, { r: batch.includes(k) ? 3.5 + 4 * ease(part(done, 0, 0.5)) : 3.5 }))
      },
    }
  }

  /** The network with its weights, and one point of the batch after another on its way through. */
  const network = ({ x, y, width, height }) => (content, caption) => {
    const radius = Math.min(stage.narrow ? 14 : 20, height / 6.4)
    const column = (count, share) => Array.from({ length: count }, (_node, k) =>
      [x + radius + (width - 2 * radius) * share, y + height * (count === 1 ? 0.5 : radius / height + (1 - 2 * radius / height) * (k / (count - 1)))])
    const columns = [column(2, 0), column(3, 0.5), column(1, 1)]
    const lines = []
    columns.slice(1).forEach((right, k) => right.forEach(([x2, y2], to) => columns[k].forEach(([x1, y1], from) => {
      const place = k ? 9 + from : 2 * to + from
      lines.push({ place, late: k, ends: [x1, y1, x2, y2], line: shape(content, "line", { x1, y1, x2, y2 }) })
    })))
    const pulses = lines.map(() => shape(content, "circle", { r: 4, class: "pulse" }))
    const nodes = columns.flatMap((places, late) => places.map(([cx, cy]) => {
      shape(content, "circle", { cx, cy, r: radius, class: "page" })
      const look = { x: cx, y: cy, "text-anchor": "middle", "dominant-baseline": "central", "font-size": stage.narrow ? 11 : 13 }
      return { late, ring: shape(content, "circle", { cx, cy, r: radius, class: "node" }), word: shape(content, "text", look) }
    }))
    setText(caption, stage.narrow ? "" : scene.says.network)
    return {
      show(round, done, reached, state) {
        const { points, chosen, hidden, outputs, weights: all } = scene.arrays
        between(all, state, weights)
        for (const { line, place } of lines) {
          setAll(line, { stroke: tint(weights[place], 1).fill, "stroke-width": (0.5 + 2.5 * Math.min(2.5, Math.abs(weights[place]))).toFixed(2) })
        }
        const count = chosen.shape[1]
        const [sample, share] = done < 1 ? [Math.floor(done * count), (done * count) % 1] : [count - 1, 1]
        const values = [...row(points, row(chosen, round)[sample]), ...row(hidden, round).subarray(3 * sample, 3 * sample + 3), row(outputs, round)[sample]]
        nodes.forEach(({ late, ring, word }, k) => {
          const shown = share >= late * 0.4
          setAll(ring, shown ? tint(values[k], 2) : { "fill-opacity": 0 })
          setText(word, shown ? inCell(values[k]) : "")
        })
        lines.forEach(({ late, ends: [x1, y1, x2, y2] }, k) => {
          const way = part(share, late * 0.4, late * 0.4 + 0.4)
          setAll(pulses[k], { cx: x1 + (x2 - x1) * way, cy: y1 + (y2 - y1) * way, opacity: way > 0 && way < 1 ? 1 : 0 })
        })
      },
    }
  }

  /** Output and target of each point of the batch, and the losses up to this round. */
  const loss = ({ x, y, width, height }) => (content, caption) => {
    const { chosen, outputs, classes, loss: losses } = scene.arrays
    const count = chosen.shape[1]
    const [table, line] = [stage.narrow ? 84 : 150, height / (count + 1)]
    const word = (share, k, text = "") => shape(content, "text", { x: x + table * share, y: y + line * (k + 0.5), "dominant-baseline": "central", "text-anchor": "middle", "font-size": stage.narrow ? 10 : 13 }, text)
    word(0.42, 0, scene.says.output)
    word(0.82, 0, scene.says.target)
    const rows = Array.from({ length: count }, (_row, k) => [shape(content, "circle", { cx: x + 8, cy: y + line * (k + 1.5), r: 5 }), word(0.42, k + 1), word(0.82, k + 1)])
    const highest = Math.max(...losses)
    const spot = (k, value) => [x + table + 14 + (width - table - 20) * (k / (losses.length - 1)), y + height - (height - 8) * (value / highest)]
    shape(content, "line", { x1: spot(0, 0)[0], x2: x + width, y1: y + height, y2: y + height, class: "zero" })
    const curve = shape(content, "path", { fill: "none", stroke: "var(--orange)", "stroke-width": 2.5, "stroke-linejoin": "round" })
    const tip = shape(content, "circle", { r: 5, fill: "var(--orange)", class: "dot" })
    return {
      show(round, done) {
        rows.forEach((cells, k) => {
          const kind = classes[row(chosen, round)[k]]
          cells.forEach((cell) => setAll(cell, { opacity: part(done * (count + 1), k, k + 0.6) }))
          setAll(cells[0], { fill: CLASSES[kind] })
          setText(cells[1], fixed(row(outputs, round)[k]))
          setText(cells[2], String(kind))
        })
        const grown = Math.max(0, round - 1 + ease(part(done, 0.6, 1)))
        const last = Math.floor(grown)
        const end = spot(grown, losses[last] + (grown - last) * ((losses[last + 1] ?? 0) - losses[last]))
        setAll(curve, { d: "M" + [...Array.from({ length: last + 1 }, (_spot, k) => spot(k, losses[k])), end].map((xy) => xy.map((v) => v.toFixed(1))).join("L") })
        setAll(tip, { cx: end[0], cy: end[1] })
        setText(caption, fill(scene.says.loss, { loss: fixed(losses[round], 3) }))
        setAll(caption, { opacity: part(done, 0.6, 0.8), "font-weight": 700 })
      },
    }
  }

  /** The step of the weight with the largest gradient, and how every weight moves. */
  const optimizer = ({ x, y, width, height }) => (content, caption) => {
    const { gradients, steepest, weights: all } = scene.arrays
    const middle = x + width / 2
    const size = stage.narrow ? 10.5 : 15
    const top = stage.narrow ? 22 : 40
    if (!stage.narrow) shape(content, "text", { x: middle, y: y + 6, "text-anchor": "middle", "font-size": 13 }, scene.says.step)
    const words = shape(content, "text", { x: middle, y: y + top - 12, "text-anchor": "middle", "font-size": size, "font-weight": 700 })
    const reach = all.reduce((most, value) => Math.max(most, Math.abs(value)), 1)
    const [zero, unit] = [y + (top + height) / 2, (height - top - 10) / 2 / reach]
    shape(content, "line", { x1: x, x2: x + width, y1: zero, y2: zero, class: "zero" })
    const bars = Array.from(weights, (_weight, k) => {
      const cx = x + (k + 0.5) * (width / weights.length)
      const look = { x1: cx, x2: cx, y1: zero, "stroke-width": Math.min(7, width / 30) }
      return { old: shape(content, "line", { ...look, class: "old" }), step: shape(content, "line", { ...look, stroke: "var(--violet)" }), tip: shape(content, "circle", { cx, r: stage.narrow ? 3 : 4.5, fill: "var(--violet)" }) }
    })
    setText(caption, fill(scene.says.optimizer, { count: bars.length }))
    return {
      show(round, done) {
        const [before, after, place] = [row(all, round), row(all, round + 1), steepest[round]]
        const now = before[place] + (after[place] - before[place]) * ease(done)
        setText(words, `${inCell(before[place])} − ${scene.rate} · ${bracket(row(gradients, round)[place])} = ${inCell(now)}`)
        bars.forEach(({ old, step, tip }, k) => {
          const [from, to] = [before[k], before[k] + (after[k] - before[k]) * ease(done)].map((value) => zero - unit * value)
          setAll(old, { y2: from })
          setAll(step, { y1: from, y2: to })
          setAll(tip, { cy: to })
        })
      },
    }
  }

  const bracket = (value) => (value < 0 ? `(${inCell(value)})` : inCell(value))

  function show({ step }) {
    const { round, station, done } = at(step)
    const state = round + (station === STATIONS - 1 ? ease(done) : 0) // of the weights
    stations.forEach(({ edge, content, show: draw }, k) => {
      const reached = k <= station
      draw(reached ? round : Math.max(0, round - 1), k === station ? done : 1, reached, state)
      setAll(edge, { "stroke-width": k === station ? 4 : 1.5 })
      setAll(content, { opacity: reached ? 1 : PALE })
      setAll(arrows[k], { opacity: k === station && done > 0.6 ? 1 : 0.3 })
    })
    const { points, classes, chosen } = scene.arrays
    fliers.dots.forEach((dot, k) => {
      const place = row(chosen, round)[k]
      const [x, y] = onMap(fliers.from, row(points, place)).map((pixel) => pixel + 2)
      const way = ease(part(done, 0.55, 0.95))
      const on = station === 0 && way > 0 && way < 1
      setAll(dot, { cx: x + (fliers.to.x - x) * way, cy: y + (fliers.to.y - y) * way, fill: CLASSES[classes[place]], opacity: on ? 1 : 0 })
    })
    setText(notice, say({ step }))
  }

  const percent = (share) => `${Math.round(100 * share)}%`

  const say = ({ step }) => {
    const { round, station } = at(step)
    const { loss: losses, right, chosen } = scene.arrays
    const values = { number: round + 1, batch: chosen.shape[1], loss: fixed(losses[round], 3), first: fixed(losses[0], 3), right: percent(right[round]) }
    return fill(scene.says.notice[station], values)
  }

  const numbers = () => tableOf(scene.says.head, Array.from(scene.arrays.loss, (value, k) => [k + 1, fixed(value, 4), percent(scene.arrays.right[k])]))

  return { layout, show, say, numbers }
}
