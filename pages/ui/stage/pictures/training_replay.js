// @ts-check
import { between, clamp, row } from "../arrays.js"
import { fill, make, setAll, setText, tableOf, writeSentence } from "../dom.js"
import { onDrag } from "../drag.js"
import { bySign, gray, paint } from "../image.js"
import { Player } from "../player.js"

const RATE = 5 // checkpoints a second
const ZERO = 128 // of the bytes that stand for weights
const BARS = 250 // pixels

/** A network's answers to one digit, and the images of its first weights, from the beginning of its training on. */
export function training_replay(stage) {
  let scene, player, probabilities, weights, sheet, columns, bars, sign
  const answers = make("div", "answers")
  const [digit, list] = [make("canvas", "pixels"), make("div", "bars")]
  const [figure, images] = [make("figure", "weights"), make("canvas", "pixels")]
  const [whole, strip, marker] = [make("div", "strip"), make("canvas", "pixels"), make("div", "marker")]
  const [title, caption, along] = [make("p"), make("figcaption"), make("p")]
  answers.append(title, digit, list)
  figure.append(caption, images)
  whole.append(strip, marker)
  stage.picture.append(answers, figure)
  const notice = make("p", "notice")
  const last = () => scene.notices.length - 1

  function build() {
    const say = (place) => fill(scene.says.place, { step: scene.steps[Math.round(place)].toLocaleString() })
    player = new Player(stage, { name: "moment", label: scene.says.checkpoint, steps: last() + 1, rate: RATE, say })
    stage.controls.append(player.element, notice, along, whole)
    onDrag(whole, {
      start: () => {
        player.stop()
        stage.hold()
      },
      move: (x) => stage.set({ moment: clamp(Math.floor((x / whole.clientWidth) * (last() + 1)), 0, last()) }),
      end: () => stage.settle(),
    })
  }

  function layout(next) {
    scene = next
    if (!player) build()
    player.resize(last() + 1)
    sign = bySign(stage)
    probabilities = new Float32Array(scene.classes.length)
    setText(title, scene.says.digit)
    setText(caption, scene.says.weights)
    setText(along, scene.says.all)
    bars = scene.classes.map((name) => {
      const [line, bar, share] = [make("div"), make("i"), make("span", "share")]
      line.append(make("span", "class", name), bar, share)
      return { line, bar, share }
    })
    list.replaceChildren(...bars.map(({ line }) => line))
    paint(digit, scene.arrays.digit, 28, (value) => gray(value))
    const { probabilities: all } = scene.arrays
    const [moments, classes] = all.shape
    const turned = Float32Array.from(all, (_p, k) => all[(k % moments) * classes + Math.floor(k / moments)])
    paint(strip, turned, moments, (share) => sign(Math.sqrt(share)))
    figure.hidden = !scene.arrays.weights
    if (!figure.hidden) laySheet(scene.arrays.weights.shape)
  }

  /** Choose as many columns as make the images largest. */
  function laySheet([, count, height, width]) {
    const room = stage.narrow ? [stage.width, 130] : [stage.width - BARS - 30, stage.height - 50]
    const scale = (across) => Math.min(room[0] / (across * (width + 1)), room[1] / (Math.ceil(count / across) * (height + 1)))
    columns = 1
    for (let across = 2; across <= count; across++) if (scale(across) > scale(columns)) columns = across
    const size = [columns * (width + 1), Math.ceil(count / columns) * (height + 1)]
    weights = new Float32Array(count * height * width)
    sheet = Object.assign(new Float32Array(size[0] * size[1]), { across: size[0] })
    setAll(images, { style: `width:${size[0] * scale(columns)}px;height:${size[1] * scale(columns)}px` })
  }

  function paintWeights(moment) {
    const [, , height, width] = scene.arrays.weights.shape
    between(scene.arrays.weights, moment, weights)
    for (let place = 0; place < weights.length; place++) {
      const [image, pixel] = [Math.floor(place / (height * width)), place % (height * width)]
      const y = Math.floor(image / columns) * (height + 1) + Math.floor(pixel / width)
      const share = (weights[place] - ZERO) / 127
      // As the square root, so that small weights are seen on a dark page too.
      sheet[y * sheet.across + (image % columns) * (width + 1) + (pixel % width)] = Math.sign(share) * Math.sqrt(Math.abs(share))
    }
    paint(images, sheet, sheet.across, sign)
  }

  function show({ moment }) {
    between(scene.arrays.probabilities, moment, probabilities)
    const best = probabilities.indexOf(Math.max(...probabilities))
    bars.forEach(({ line, bar, share }, k) => {
      bar.style.transform = `scaleX(${probabilities[k] || 0})`
      setText(share, Number.isNaN(probabilities[k]) ? "–" : `${Math.round(100 * probabilities[k])}%`)
      line.classList.toggle("best", k === best)
    })
    if (!figure.hidden) paintWeights(moment)
    marker.style.width = `${100 / (last() + 1)}%`
    marker.style.left = `${(100 * moment) / (last() + 1)}%`
    writeSentence(notice, scene.notices[Math.round(moment)])
  }

  const say = ({ moment }) => scene.notices[Math.round(moment)].replaceAll("**", "")

  const numbers = () => tableOf(
    [scene.says.step, ...scene.classes],
    scene.steps.map((step, k) => [step, ...Array.from(row(scene.arrays.probabilities, k), (share) => share.toFixed(3))]))

  return { layout, show, say, numbers }
}
