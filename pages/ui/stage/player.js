// @ts-check
import { make, setAll } from "./dom.js"
import { scrubber } from "./scrubber.js"

const SPEEDS = [0.25, 0.5, 1, 2, 4]
const CALM = 2 // whole steps a second at most where somebody wants less motion

/**
 * The clock over a trace: play, pause, step, scrub and speed. The value `name` is the place in the trace, between whole
 * steps while it plays.
 */
export class Player {
  /**
   * @param {import("./stage.js").Stage} stage
   * @param {{ name?: string, label: string, steps: number, rate: number, loop?: boolean,
   *           say?: (place: number) => string }} look  `rate` is in steps a second
   */
  constructor(stage, { name = "step", label, steps, rate, loop = false, say }) {
    Object.assign(this, { stage, name, steps, rate, loop })
    this.playing = false
    this.growing = false // a trace that still grows is waited for at its end
    this.speed = 1
    const words = stage.words
    this.element = make("div", "player", "", { role: "group", "aria-label": label })
    this.back = this.button("◀", words.back, () => this.go(Math.ceil(this.place) - 1))
    this.toggle = this.button("", words.play, () => (this.playing ? this.pause() : this.play()), "toggle")
    this.next = this.button("▶", words.next, () => this.go(Math.floor(this.place) + 1))
    this.scrub = scrubber(stage, name, { label, low: 0, high: steps - 1, say: say ?? ((place) => `${Math.round(place)}`) })
    this.scrub.input.addEventListener("input", () => this.stop())
    this.element.append(this.back, this.toggle, this.next, this.scrub.element, this.speeds(words.speed))
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== " " || event.target === this.toggle) return
      event.preventDefault()
      this.toggle.click()
    })
    stage.follow((values) => (this.shown = values[name]))
    stage.leaving(() => this.stop())
    this.look()
  }

  button(text, name, act, kind = "") {
    const button = make("button", kind, text, { type: "button", title: name, "aria-label": name })
    button.addEventListener("click", act)
    return button
  }

  speeds(label) {
    const menu = /** @type {HTMLSelectElement} */ (make("select", "", "", { "aria-label": label, title: label }))
    menu.append(...SPEEDS.map((speed) => make("option", "", `${speed}×`, { value: speed })))
    menu.value = "1"
    menu.addEventListener("change", () => (this.speed = Number(menu.value)))
    return menu
  }

  get place() {
    return this.stage.values[this.name]
  }

  /** Another trace: begin with it again where it is shorter, and go on where it is longer. */
  resize(steps) {
    this.steps = steps
    this.scrub.limit(0, steps - 1)
    if (this.place > steps - 1) this.stage.set({ [this.name]: steps - 1 })
  }

  /** Take a trace. A new one plays by itself where it is at its start, and so does one that was put back to it. */
  take(steps, isNew) {
    const rewound = this.place === 0 && this.shown !== 0
    this.resize(steps)
    if (this.place !== 0 || this.stage.calm || !(isNew || rewound)) return
    this.stop()
    this.play()
  }

  play() {
    if (this.playing || (this.steps < 2 && !this.growing)) return
    if (this.place >= this.steps - 1) this.stage.set({ [this.name]: 0 })
    this.playing = true
    this.stage.running = this.name
    this.look()
    let last = null
    let place = this.place
    const run = (this.run = {})
    const tick = (now) => {
      if (!this.playing || this.run !== run) return
      place += ((now - (last ?? now)) / 1000) * this.pace
      last = now
      if (place >= this.steps - 1 && this.loop) place -= this.steps - 1
      if (place >= this.steps - 1 && !this.growing) return this.arrive(this.steps - 1)
      place = Math.min(place, this.steps - 1)
      const shown = this.stage.calm ? Math.floor(place) : place
      if (shown !== this.place) this.stage.set({ [this.name]: shown })
      requestAnimationFrame(tick)
    }
    requestAnimationFrame(tick)
  }

  get pace() {
    return this.stage.calm ? Math.min(CALM, this.rate * this.speed) : this.rate * this.speed
  }

  /** Stop on the nearest whole step. */
  pause() {
    this.arrive(Math.round(this.place))
  }

  arrive(place) {
    this.stop()
    this.go(place)
  }

  /** Go to a step, and stay there. */
  go(place) {
    this.stop()
    this.stage.set({ [this.name]: Math.max(0, Math.min(this.steps - 1, place)) })
    this.stage.settleSoon()
  }

  stop() {
    this.playing = false
    this.stage.running = ""
    this.look()
  }

  look() {
    const name = this.playing ? this.stage.words.pause : this.stage.words.play
    setAll(this.toggle, { "data-playing": this.playing, "aria-label": name, title: name })
  }
}
