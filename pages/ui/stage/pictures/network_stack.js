// @ts-check
import { clamp } from "../arrays.js"
import { fill, make, setAll, setText, tableOf, writeSentence } from "../dom.js"
import { onDrag } from "../drag.js"
import { bySign, gray, paint } from "../image.js"

const LARGE = 76 // pixels of an image's longer side
const CLICK = 6 // pixels up to which a drag is a click
const BESIDE = 24 // pixels around the stack where a block can be let go, too
const ZERO = 128 // of the bytes that an image is made of

/** Blocks that are dragged into place, with one sample flowing through. */
export function network_stack(stage) {
  let scene, sign, built
  let cards = []
  const [stack, palette, hint] = [make("div", "stack", "", { role: "group" }), make("div", "palette", "", { role: "group" }), make("p")]
  const [notice, tools] = [make("p", "notice"), make("div", "tools")]
  stage.picture.append(stack)
  stage.controls.append(notice, tools, hint, palette)
  const buttons = {}

  function build() {
    const { says, kinds } = scene
    setAll(stack, { "aria-label": `${says.stack}. ${says.keys}` })
    setAll(palette, { "aria-label": says.palette })
    for (const [name, text, act] of [["left", "◀", () => move(-1)], ["right", "▶", () => move(1)], ["remove", "✕", remove]]) {
      buttons[name] = make("button", "", text, { type: "button", "aria-label": says[name], title: says[name] })
      buttons[name].addEventListener("click", act)
      tools.append(buttons[name])
    }
    for (const { label, family, note, text } of Object.values(kinds)) {
      const chip = make("button", `chip ${family}`, `+ ${label}`, { type: "button", title: note })
      liftable(chip, (gap) => insert(text, gap), () => insert(text, stage.values.blocks.length ? stage.values.chosen + 1 : 0))
      palette.append(chip)
    }
  }

  function layout(next) {
    const first = !scene
    scene = next
    sign = bySign(stage)
    if (first) build()
    built = null
  }

  // As the square root, so that small numbers are seen on a dark page too.
  const bright = (share) => sign(Math.sign(share) * Math.sqrt(Math.abs(share)))
  const change = (blocks, chosen) => {
    stage.set({ blocks, chosen: clamp(chosen, 0, Math.max(0, blocks.length - 1)) })
    stage.settle()
  }
  const without = (place) => stage.values.blocks.filter((_block, k) => k !== place)

  function insert(text, gap) {
    const { blocks } = stage.values
    if (blocks.length < scene.most) change([...blocks.slice(0, gap), text, ...blocks.slice(gap)], gap)
  }

  function put(place, gap) {
    const to = gap > place ? gap - 1 : gap
    if (to === place) return stage.settle()
    const others = without(place)
    change([...others.slice(0, to), stage.values.blocks[place], ...others.slice(to)], to)
  }

  function move(by) {
    const { chosen, blocks } = stage.values
    const to = chosen + by
    if (to >= 0 && to < blocks.length) put(chosen, by > 0 ? to + 1 : to)
  }

  function remove() {
    if (stage.values.blocks.length) change(without(stage.values.chosen), stage.values.chosen)
  }

  function choose(chosen) {
    stage.set({ chosen })
    stage.settleSoon()
  }

  /** Have an element follow the finger, and be let go in a gap between blocks; a click is one where it hardly moved. */
  function liftable(element, drop, click) {
    let [from, lifted, gap] = [[0, 0], false, null]
    onDrag(element, {
      start: (x, y) => {
        const box = element.getBoundingClientRect();
        [from, lifted, gap] = [[box.left + x, box.top + y], false, null]
      },
      move: (x, y) => {
        const box = element.getBoundingClientRect()
        const at = [box.left + x, box.top + y]
        const by = [at[0] - from[0], at[1] - from[1]]
        if (!lifted && Math.hypot(...by) < CLICK) return
        if (!lifted) stage.hold()
        lifted = true
        element.classList.add("lifted")
        element.style.transform = `translate(${by[0]}px, ${by[1]}px)`
        gap = gapAt(...at, element)
        markGap(gap)
      },
      end: () => {
        element.classList.remove("lifted")
        element.style.transform = ""
        markGap(null)
        if (!lifted) return
        if (gap === null) stage.settle()
        else drop(gap)
      },
    })
    element.addEventListener("click", (event) => (!lifted || !event.detail) && click()) // no detail: it was a key
  }

  /** How many blocks lie before a place, in the order of reading; null beside the stack. */
  function gapAt(x, y, lifted) {
    const whole = stack.getBoundingClientRect()
    if (y < whole.top - BESIDE || y > whole.bottom + BESIDE) return null
    return cards.filter((card) => {
      const by = card === lifted ? new DOMMatrix(card.style.transform) : { e: 0, f: 0 }
      const box = card.getBoundingClientRect()
      return y > box.bottom - by.f || (y >= box.top - by.f && x > box.left - by.e + box.width / 2)
    }).length
  }

  function markGap(gap) {
    cards.forEach((card, k) => {
      card.classList.toggle("gap-before", k === gap)
      card.classList.toggle("gap-behind", gap === cards.length && k === gap - 1)
    })
  }

  /** A block as a card; what it makes of the sample is only known of blocks that the server has seen in this order. */
  function card(text, place, seen) {
    const [key, first = ""] = text.split(":")
    const row = seen ? scene.rows[place] : { title: `${scene.kinds[key].label} ${first}`.trim(), shape: "…", parameters: 0 }
    const element = make("button", `card ${scene.kinds[key].family}`, "", { type: "button", title: row.error || scene.kinds[key].note })
    fillCard(element, row, seen && scene.arrays[`image_${place + 1}`], bright)
    element.classList.toggle("waits", Boolean(row.waits))
    liftable(element, (gap) => put(cards.indexOf(element), gap), () => choose(cards.indexOf(element)))
    element.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key]
      if (by && event.shiftKey) move(by)
      else if (by) choose(clamp(stage.values.chosen + by, 0, cards.length - 1))
      else if (event.key === "Delete" || event.key === "Backspace") remove()
      else return
      event.preventDefault()
    })
    return element
  }

  function fillCard(element, { title, shape, parameters, error }, image, shade) {
    const place = make("span", "image-room")
    if (error) place.append(make("span", "wrong", "✕"))
    if (image) {
      const canvas = make("canvas", "pixels")
      const [height, width] = image.shape
      const scale = LARGE / Math.max(height, width, 10)
      canvas.style.cssText = `width:${Math.max(6, width * scale)}px;height:${Math.max(6, height * scale)}px`
      paint(canvas, Float32Array.from(image, (byte) => (byte - ZERO) / 127), width, shade)
      place.append(canvas)
    }
    const count = parameters ? fill(scene.says.parameters, { count: parameters.toLocaleString() }) : ""
    element.append(make("b", "", title), place, make("span", "shape", shape), make("span", "count", count))
  }

  function show(values) {
    const now = values.blocks.join()
    const focus = /** @type {ShadowRoot} */ (stack.getRootNode()).activeElement
    const focused = stack.contains(focus)
    if (built !== now) {
      built = now
      const same = values.blocks.findIndex((text, k) => text !== scene.made[k])
      cards = values.blocks.map((text, k) => card(text, k, same < 0 || k < same))
      const input = make("div", "card input")
      fillCard(input, { ...scene.input, parameters: 0 }, scene.arrays.image_0, scene.input.digit ? (share) => gray(share) : bright)
      stack.replaceChildren(input, ...cards)
    }
    cards.forEach((element, k) => setAll(element, { "aria-pressed": k === values.chosen, tabindex: k === values.chosen ? 0 : -1 }))
    if (focused) cards[values.chosen]?.focus()
    buttons.left.disabled = values.chosen <= 0
    buttons.right.disabled = values.chosen >= cards.length - 1
    buttons.remove.disabled = !cards.length
    writeSentence(notice, scene.notice)
    notice.classList.toggle("stale", now !== scene.made.join())
    const full = cards.length >= scene.most
    for (const chip of palette.children) chip.disabled = full
    setText(hint, full ? fill(scene.says.full, { most: scene.most }) : scene.says.palette)
  }

  const lines = () => [scene.input, ...scene.rows]
  const say = () => lines().map(({ title, shape }) => `${title} ${shape}`).join(" → ")
  const numbers = () => tableOf(
    [scene.says.block, scene.says.shape, scene.says.count],
    lines().map(({ title, shape, parameters }) => [title, shape, (parameters ?? 0).toLocaleString()]))

  return { layout, show, say, numbers, role: "group" }
}
