// @ts-check
import { row } from "../arrays.js"
import { sharp } from "../canvas.js"
import { drawing } from "../chart.js"
import { fill, make, setAll, setText, shape, tableOf } from "../dom.js"
import { gray, imageAt, paint } from "../image.js"
import { Player } from "../player.js"

const SECONDS = 14 // for all epochs
const HEAD = 24 // pixels of a title
const BAR = 26 // pixels of the batches of an epoch
const DEALT = 0.18 // opacity of an image that this epoch has had

/** A data set that is dealt out in batches, epoch after epoch. */
export function data_batches(stage) {
  let scene, player, size, board, title, shapeOf, bars, sprite, starts, drawn
  const place = make("div", "picture")
  stage.picture.append(place)

  const count = () => scene.arrays.sizes.length
  const epochOf = (at) => Math.floor(at / count())

  function layout(next) {
    const other = scene && scene.arrays.order.join() !== next.arrays.order.join()
    const isNew = !scene || other
    scene = next
    const { images, order, sizes } = scene.arrays
    const [epochs, side] = [order.shape[0], images.shape[2]]
    starts = Array.from(sizes, (_size, k) => sizes.subarray(0, k).reduce((sum, each) => sum + each, 0))
    const steps = epochs * count()
    if (!player) {
      const say = (at) => fill(scene.says.place, facts(Math.round(at)))
      player = new Player(stage, { name: "batch", label: scene.says.label, steps, rate: 1, say })
      stage.controls.append(player.element)
    }
    player.rate = steps / SECONDS
    sprite = document.createElement("canvas")
    paint(sprite, images, side, (byte) => gray(byte / 255))
    place.replaceChildren()
    drawn = null
    const low = epochs * (BAR + 4) + 6
    size = { width: stage.width, height: stage.height - low }
    board = imageAt(place, { x: 0, y: 0, ...size })
    const svg = drawing(place, stage.width, stage.height)
    const look = { y: 14, "font-weight": 650 }
    shape(svg, "text", look, stage.narrow ? "" : scene.says.dataset)
    title = shape(svg, "text", { ...look, x: half() })
    shapeOf = shape(svg, "text", { ...look, x: stage.width - 2, "text-anchor": "end", class: "mono" })
    const name = stage.narrow ? 64 : 80
    const unit = (stage.width - name - 2) / images.shape[0]
    bars = Array.from({ length: steps }, (_bar, at) => {
      const [k, y] = [at % count(), size.height + 6 + epochOf(at) * (BAR + 4)]
      const [x, width] = [name + starts[k] * unit, Math.max(0.6, sizes[k] * unit - (sizes[k] * unit > 3 ? 1.5 : 0.3))]
      const rest = sizes[k] < sizes[0]
      if (width > 24 || rest) {
        const words = width > 24 ? { x: x + width / 2, "text-anchor": "middle" } : { x: x - 6, "text-anchor": "end" }
        shape(svg, "text", { ...words, y: y + BAR / 2, "dominant-baseline": "central", "font-weight": 650 }, `${sizes[k]}`)
      }
      return setAll(shape(svg, "rect", { class: "batch" }), { x, y, width, height: BAR, fill: rest ? "var(--orange)" : "var(--blue)" })
    })
    for (let epoch = 0; epoch < epochs; epoch++) {
      shape(svg, "text", { y: size.height + 6 + epoch * (BAR + 4) + BAR / 2, "dominant-baseline": "central" }, fill(scene.says.epoch, { epoch: epoch + 1 }))
    }
    for (const word of svg.querySelectorAll("text")) svg.append(word) // before the bars
    player.take(steps, isNew)
  }

  const half = () => (stage.narrow ? 0 : size.width * 0.5 + 12)

  const facts = (at) => ({ epoch: epochOf(at) + 1, number: (at % count()) + 1, count: count(), size: scene.arrays.sizes[at % count()] })

  function show(values) {
    const at = Math.min(Math.round(values.batch), bars.length - 1)
    if (at === drawn) return
    drawn = at
    const { images, order, sizes } = scene.arrays
    const [all, side] = [images.shape[0], images.shape[2]]
    const [places, k] = [row(order, epochOf(at)), at % count()]
    const batch = places.subarray(starts[k], starts[k] + sizes[k])
    const dealt = new Set(places.subarray(0, starts[k]))
    const now = new Set(batch)
    const brush = sharp(board, size.width, size.height)
    const frame = getComputedStyle(stage.place).getPropertyValue("--orange")
    const draw = (image, x, y, cell) => brush.drawImage(sprite, 0, image * side, side, side, x, y, cell, cell)
    const inner = stage.narrow ? { width: size.width, height: size.height / 2 - HEAD - 4 } : { width: size.width / 2 - 12, height: size.height - HEAD }
    const first = grid(all, inner)
    const top = stage.narrow ? size.height / 2 + 14 : HEAD
    for (let image = 0; image < all; image++) {
      const [x, y] = [(image % first.columns) * first.cell, top + Math.floor(image / first.columns) * first.cell]
      brush.globalAlpha = now.has(image) ? 1 : dealt.has(image) ? DEALT : 0.55
      draw(image, x, y, first.cell - 1)
      if (!now.has(image)) continue
      brush.strokeStyle = frame
      brush.lineWidth = 2
      brush.strokeRect(x, y, first.cell - 1, first.cell - 1)
    }
    brush.globalAlpha = 1
    const second = grid(batch.length, inner, 112)
    batch.forEach((image, k) => draw(image, half() + (k % second.columns) * second.cell, HEAD + Math.floor(k / second.columns) * second.cell, second.cell - 2))
    bars.forEach((bar, k) => setAll(bar, { "fill-opacity": k === at ? 0.85 : k < at ? 0.35 : 0.1 }))
    setText(title, fill(scene.says.place, facts(at)))
    setText(shapeOf, fill(scene.says.batch, { shape: `[${[batch.length, ...images.shape.slice(1)].join(", ")}]` }))
  }

  /** How so many squares fill a place best. */
  function grid(number, { width, height }, largest = Infinity) {
    const fits = Array.from({ length: number }, (_c, k) => ({ columns: k + 1, cell: Math.min(largest, width / (k + 1), height / Math.ceil(number / (k + 1))) }))
    return fits.reduce((best, each) => (each.cell > best.cell ? each : best))
  }

  const say = (values) => fill(scene.says.said, facts(Math.min(Math.round(values.batch), bars.length - 1)))

  const numbers = () => tableOf(scene.says.head, Array.from(scene.arrays.sizes, (size, k) => [k + 1, size]))

  return { layout, show, say, numbers }
}
