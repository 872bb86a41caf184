// @ts-check
import { make, setAll, setText, short } from "./dom.js"

/**
 * A slider for one value of the stage: mouse, finger, keys and screen readers know how to move it.
 * @param {import("./stage.js").Stage} stage
 * @param {string} name of the value
 * @param {{ label: string, low: number, high: number, step?: number, say?: (value: number) => string }} look
 */
export function scrubber(stage, name, { label, low, high, step = 1, say = (value) => short(value) }) {
  const whole = make("label", "scrubber")
  const input = /** @type {HTMLInputElement} */ (make("input", "", "", { type: "range", min: low, max: high, step }))
  const output = make("output")
  const words = make("span", "label", label)
  whole.append(words, input, output)
  input.setAttribute("aria-label", label)
  input.addEventListener("input", () => {
    stage.hold()
    stage.set({ [name]: Number(input.value) })
  })
  input.addEventListener("change", () => stage.settleSoon())
  const follow = (values) => {
    const value = values[name]
    if (Number(input.value) !== value) input.value = value
    const text = say(value)
    setText(output, text)
    setAll(input, { "aria-valuetext": text })
  }
  stage.follow(follow)
  return {
    element: whole,
    input,
    /** Other limits, as where the trace has become longer. */
    limit: (lowest, highest) => setAll(input, { min: lowest, max: highest }),
  }
}
