// @ts-check
import { sameBytes, unpack } from "./arrays.js"
import { make, setAll, setText } from "./dom.js"

const SOON = 200 // milliseconds without another change after which a value counts as settled
const NARROW = 560 // pixels
const SIDEWAYS = 480 // pixels of height, of a phone that lies on its side

/**
 * One picture on the page: its place and size, what it shows now, and the way back to the server.
 *
 * A picture is a function of the stage that returns
 *   layout(scene)   to build what stays, called for another scene and for another width,
 *   show(values)    to draw what moves, called at most once a frame,
 *   say(values)     for the sentence that names what is shown now, for those who cannot see it,
 *   numbers(values) for the table of it, an element, if there is one,
 *   role            "group" where it has parts that can be reached by key; else it is one image.
 */
export class Stage {
  constructor(place, tell) {
    this.tell = tell
    this.values = {}
    this.turn = 0
    this.waiting = false
    this.running = "" // the value that a player moves now
    this.followers = []
    this.farewells = []
    this.picture = make("div", "picture")
    this.controls = make("div", "controls")
    this.spoken = make("div", "spoken", "", { "aria-live": "polite" })
    this.numbers = make("details", "numbers")
    this.place = place
    place.replaceChildren(this.picture, this.controls, this.numbers, this.spoken)
    this.numbers.addEventListener("toggle", () => this.tabulate())
    this.sizes = new ResizeObserver(() => this.width !== this.laidOut && this.layout())
    this.sizes.observe(place)
    this.motion = matchMedia("(prefers-reduced-motion: reduce)")
  }

  /** Whether the person wants less motion. */
  get calm() {
    return this.motion.matches
  }

  get width() {
    return this.place.clientWidth
  }

  /** The height that the picture may take: less on a phone, where controls and words need their room too. */
  get height() {
    const screen = innerHeight
    if (screen < SIDEWAYS) return Math.min(this.tall, screen * 0.6)
    return this.narrow ? Math.min(this.tall, screen * 0.42) : Math.min(this.tall, screen * 0.62)
  }

  get narrow() {
    return this.width < NARROW
  }

  /** Take what the server sent. What the person has moved since then stays. */
  receive(bytes, mounts) {
    if (sameBytes(this.bytes, bytes)) return
    this.bytes = bytes.slice()
    const scene = unpack(bytes)
    const { picture, alt, words, height, values, turn } = scene
    Object.assign(this, { words, tall: height, scene })
    setAll(this.place, { role: "group", "aria-label": alt })
    if (!this.view) this.values = values
    else if (turn >= this.turn && !this.held) this.take(values)
    this.turn = Math.max(this.turn, turn)
    this.view ??= mounts[picture](this)
    this.numbers.hidden = !this.view.numbers
    if (!this.numbers.firstChild) this.numbers.append(make("summary", "", words.numbers))
    this.layout()
  }

  /** Take the server's values, but not a place that it only gives back while the player has gone on. */
  take(values) {
    const played = this.running && values[this.running] === this.told
    Object.assign(this.values, values, played && { [this.running]: this.values[this.running] })
  }

  layout() {
    if (!this.view || !this.width) return
    this.laidOut = this.width
    this.view.layout(this.scene)
    this.draw()
    this.describe()
  }

  /** Change what is shown; drawn in the next frame. */
  set(values) {
    Object.assign(this.values, values)
    this.drawSoon()
  }

  drawSoon() {
    if (this.waiting) return
    this.waiting = true
    requestAnimationFrame(() => this.draw())
  }

  draw() {
    this.waiting = false
    this.view.show(this.values)
    for (const follow of this.followers) follow(this.values)
    if (this.numbers.open) this.tabulate()
  }

  /** Have a control follow the values. */
  follow(follow) {
    this.followers.push(follow)
  }

  /** Say that something is held under the finger, until it settles: the server's values wait so long. */
  hold() {
    this.held = true
  }

  settleSoon() {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.settle(), SOON)
  }

  /** Tell the server what is shown now. */
  settle() {
    const place = this.values[this.running]
    if (this.running) this.values[this.running] = this.told = Math.round(place) // the server knows whole steps
    clearTimeout(this.timer)
    this.held = false
    this.turn += 1
    this.tell({ turn: this.turn, values: { ...this.values } })
    this.describe()
    this.announce(this.view.say?.(this.values) ?? "")
    if (this.running) this.values[this.running] = place
  }

  /** Name what is shown now, for those who cannot see it. */
  describe() {
    const said = this.view.say?.(this.values)
    if (said) setAll(this.picture, { role: this.view.role ?? "img", "aria-label": said })
  }

  announce(text) {
    setText(this.spoken, text)
  }

  tabulate() {
    const [summary, old] = this.numbers.children
    if (!this.numbers.open) return
    const table = this.view.numbers(this.values)
    old ? old.replaceWith(table) : summary.after(table)
  }

  /** Have something ended when the picture leaves the page. */
  leaving(end) {
    this.farewells.push(end)
  }

  leave() {
    clearTimeout(this.timer)
    this.sizes.disconnect()
    for (const end of this.farewells) end()
  }
}

/** Show a value of the component; each has its own stage, as long as it is on the page. */
export function showStage({ data, parentElement, setStateValue }, mounts) {
  const place = parentElement.querySelector(".stage")
  const tell = (told) => setStateValue("settled", told)
  const stage = (place.stage ??= new Stage(place, tell))
  stage.tell = tell
  stage.receive(data, mounts)
  // Streamlit calls this also for a value that the next one overtook.
  const shown = (stage.shown = Symbol())
  return () => {
    if (stage.shown !== shown) return
    stage.leave()
    delete place.stage
  }
}
