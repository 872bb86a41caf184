// @ts-check
import { clamp } from "./arrays.js"
import { make, setAll } from "./dom.js"
import { onDrag } from "./drag.js"

const PIXELS = 8 // that a finger moves for one step
const CLICK = 4 // pixels up to which a drag is a click

/**
 * A number that is changed where it stands: dragged sideways, or typed into a field that a click or Enter opens.
 *
 * The numbers of a `group` are one stop of the Tab key; arrow keys go from one to the next.
 * @param {import("./stage.js").Stage} stage
 * @param {string} name of the value
 * @param {HTMLElement} button that shows it
 * @param {{ limits: () => [number, number], step?: number, factor?: number, group: HTMLElement, start: () => void }} look
 *   one step adds `step` to it, or multiplies it by `factor`; `start` is called before it is changed
 */
export function numberField(stage, name, button, { limits, step = 0, factor = 1, group, start }) {
  let [from, begun, moved] = [0, 0, false]
  const put = (value) => stage.set({ [name]: clamp(Number(value.toPrecision(factor > 1 ? 2 : 6)), ...limits()) })
  setAll(button, { class: `${button.className} drag-x` })
  onDrag(button, {
    start: (x) => {
      [from, begun, moved] = [x, stage.values[name], false]
    },
    move: (x) => {
      const steps = Math.round((x - from) / PIXELS)
      if (!moved && Math.abs(x - from) <= CLICK) return
      if (!moved) begin()
      put(factor > 1 ? begun * factor ** steps : Math.round(begun / step + steps) * step)
    },
    end: () => moved && stage.settle(),
  })
  button.addEventListener("click", (event) => (!moved || !event.detail) && open()) // no detail: it was a key
  button.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    if (!by) return
    event.preventDefault()
    const all = [.../** @type {NodeListOf<HTMLElement>} */ (group.querySelectorAll("button.number"))]
    all[(all.indexOf(button) + by + all.length) % all.length].focus()
  })
  button.addEventListener("focus", () => {
    for (const other of group.querySelectorAll("button.number")) setAll(other, { tabindex: other === button ? 0 : -1 })
  })

  function begin() {
    moved = true
    stage.hold()
    start()
  }

  function open() {
    begin()
    const [min, max] = limits()
    const before = stage.values[name]
    const look = { type: "number", min, max, step: step || "any", "aria-label": button.getAttribute("aria-label") }
    const field = /** @type {HTMLInputElement} */ (make("input", "number-field", "", look))
    field.value = String(before)
    let ended = false
    const close = (value) => {
      if (ended) return
      ended = true
      put(Number.isFinite(value) ? value : before)
      const focused = field.matches(":focus")
      field.remove()
      if (focused) button.focus()
      stage.settle()
    }
    field.addEventListener("input", () => Number.isFinite(field.valueAsNumber) && put(field.valueAsNumber))
    field.addEventListener("blur", () => close(field.valueAsNumber))
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return
      event.preventDefault() // else the button, which has the focus next, is pressed by the same key
      close(event.key === "Enter" ? field.valueAsNumber : before)
    })
    button.after(field)
    setAll(field, { style: button.getAttribute("style") ?? "" })
    field.focus()
    field.select()
  }
}
