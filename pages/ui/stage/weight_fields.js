// @ts-check
import { make, setAll } from "./dom.js"

const REACH = 5 // of a slider, unless the weight is larger
const MOST = 1e6

/** A slider and a field for each of some weights. */
export class WeightFields {
  /** @param {{ turn(number, value: number): void, settle(number, value: number): void, weightOf(number): number }} tell */
  constructor(parent, tell) {
    Object.assign(this, { tell, rows: [] })
    this.element = parent.appendChild(make("div", "fields"))
  }

  /** Show entries { number, label }. */
  show(entries) {
    this.rows = entries.map(({ number, label }) => {
      const row = make("div", "row", label)
      const slider = make("input", "", "", { type: "range", step: 0.01, "aria-label": label })
      const field = make("input", "", "", { type: "number", step: "any", min: -MOST, max: MOST, "aria-label": label })
      const settle = ({ target }) => target.value && target.reportValidity() && this.tell.settle(number, target.valueAsNumber)
      slider.addEventListener("input", () => this.tell.turn(number, slider.valueAsNumber))
      slider.addEventListener("change", settle)
      field.addEventListener("change", settle)
      row.append(slider, field)
      return { row, slider, field, number }
    })
    this.element.replaceChildren(...this.rows.map(({ row }) => row))
    this.follow()
  }

  /** Show the present weights, but not in a field in which somebody types. */
  follow() {
    for (const { slider, field, number } of this.rows) {
      const weight = this.tell.weightOf(number)
      const reach = Math.max(REACH, Math.ceil(Math.abs(weight)))
      setAll(slider, { min: -reach, max: reach })
      slider.value = weight
      if (!field.matches(":focus")) field.value = weight.toFixed(3)
    }
  }
}
