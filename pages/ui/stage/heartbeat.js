// @ts-check
import { Departure } from "../streamlit_workarounds.js"

const CALM = 500 // milliseconds from one question to the next at least, where somebody wants less motion
const PATIENCE = 2000 // milliseconds without an answer until it is asked again

/** Asks the server for one snapshot after another, as long as there is something to come and somebody looks. */
export class Heartbeat {
  /**
   * @param {import("./stage.js").Stage} stage
   * @param {() => void} ask
   * @param {() => boolean} wanted whether there is something to come
   */
  constructor(stage, ask, wanted) {
    Object.assign(this, { stage, ask, wanted, asked: -Infinity })
    const left = new AbortController()
    const early = { signal: left.signal, capture: true } // on the way down, before Streamlit
    document.addEventListener("visibilitychange", () => wanted() && this.later(0), early)
    this.departure = new Departure(wanted)
    this.departure.watch(early)
    stage.leaving(() => {
      clearTimeout(this.timer)
      left.abort()
    })
  }

  /** To be called when an answer has come, with the milliseconds that the server wants from question to question. */
  goOn(pause) {
    clearTimeout(this.timer)
    if (this.wanted()) this.later(Math.max(0, Math.max(this.stage.calm ? CALM : 0, pause) - (performance.now() - this.asked)))
  }

  later(delay) {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.beat(), delay)
  }

  /** Whoever does not look at the page, or is on the way to another one, asks for nothing. */
  beat() {
    if (document.hidden) return
    if (!this.departure.underWay) {
      this.asked = performance.now()
      this.ask()
    }
    this.later(PATIENCE)
  }
}
