// @ts-check
import { between, row } from "../arrays.js"
import { Chart, drawing } from "../chart.js"
import { fixed, make, setAll, setText, shape, short, tableOf } from "../dom.js"
import { bySign, imageAt, paint } from "../image.js"
import { Player } from "../player.js"

const LEARNING_RATE = 2.5 // networks a second
const STRIPE = 24

/** A wave, what an LSTM makes of it after so much training, and what goes on in its cells meanwhile. */
export function lstm_wave(stage) {
  let scene, player, chart, color, stripes, curve, made
  const notice = make("div", "notice")
  const networks = () => scene.arrays.predictions.shape[0]
  const at = (step) => Math.min(Math.round(step), networks() - 1)

  function layout(next) {
    const asked = next.play && next !== scene
    scene = next
    color = bySign(stage)
    if (!player) {
      const say = (step) => `${Math.round(step) * scene.notch}`
      player = new Player(stage, { label: scene.says.trained, steps: networks(), rate: LEARNING_RATE, say })
      stage.controls.append(player.element, notice)
    }
    player.growing = scene.growing
    player.resize(networks())
    stage.picture.replaceChildren()
    const { truth, predictions } = scene.arrays
    const above = stage.narrow ? 15 : 0
    const left = stage.narrow ? 24 : 124
    const below = scene.quantities.length * (STRIPE + above + 3)
    const height = Math.max(130, stage.height - below - 8)
    const highest = predictions.reduce((most, value, k) => (k % (truth.length - 1) < scene.seen - 1 ? most : Math.max(most, Math.abs(value))), 1.3)
    const look = {
      ...{ width: stage.width, height, y: [-highest, highest], margin: { left, right: 4, top: 20, bottom: 4 } },
      x: [1e-6, truth.length], // without a 0, which would be written into the picture
      says: (tick) => (Math.abs(tick) <= 1 ? short(tick) : ""),
    }
    const stripe = (k) => ({ x: left, y: height + 4 + k * (STRIPE + above + 3) + above, width: ((stage.width - left - 4) * (truth.length - 1)) / truth.length, height: STRIPE })
    stripes = scene.quantities.map((_quantity, k) => imageAt(stage.picture, stripe(k)))
    const svg = drawing(stage.picture, stage.width, height + below + 8)
    chart = new Chart(svg, look)
    const middle = (k) => k + 0.5
    const xs = Array.from(truth, (_value, k) => middle(k))
    shape(chart.back, "rect", { x: left, y: 20, width: chart.x(scene.seen) - left, height: height - 24, class: "seen" })
    chart.line(xs.slice(0, scene.seen), truth.subarray(0, scene.seen), { stroke: "var(--blue)" })
    chart.line(xs.slice(scene.seen - 1), truth.subarray(scene.seen - 1), { stroke: "var(--blue)", "stroke-width": 2, "stroke-dasharray": "3 4" })
    curve = chart.line([], [], { stroke: "var(--orange)" })
    made = new Float32Array(truth.length - 1)
    const border = chart.x(scene.seen)
    shape(svg, "line", { x1: border, x2: border, y1: 20, y2: height + below, class: "guide", "stroke-dasharray": "4 4" })
    chart.word(left, 9, scene.says.sees)
    chart.word(stage.width - 4, 9, scene.says.makes_up, { "text-anchor": "end" })
    scene.quantities.forEach(({ label, symbol }, k) => {
      const { x, y, width, height: tall } = stripe(k)
      const place = stage.narrow ? [x, y - 8, "start"] : [x - 8, y + tall / 2, "end"]
      chart.word(place[0], place[1], `${label} ${symbol}`, { "text-anchor": place[2], "font-size": 12.5 })
      shape(svg, "rect", { x, y, width, height: tall, class: "edge" })
    })
    if (asked) player.play()
  }

  function show({ step }) {
    const { truth, predictions, activity } = scene.arrays
    const place = Math.min(step, networks() - 1)
    between(predictions, place, made)
    const own = [truth[scene.seen - 1], ...made.subarray(scene.seen - 1)]
    setAll(curve, { d: chart.path(own.map((_value, k) => scene.seen - 0.5 + k), own) })
    const now = row(activity, at(step))
    const size = now.length / stripes.length
    stripes.forEach((canvas, k) => paint(canvas, now.subarray(k * size, (k + 1) * size), truth.length - 1, (value) => color((value - scene.middle) / (scene.middle - 1))))
    setText(notice, say({ step }))
  }

  const say = ({ step }) => scene.sentences[at(step)]
  const numbers = () => tableOf(scene.says.head, scene.errors.map((error, k) => [k * scene.notch, fixed(error, 3)]))
  const told = ({ step }) => ({ trained: Math.round(step) * scene.notch })

  return { layout, show, say, numbers, told }
}
