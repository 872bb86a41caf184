// @ts-check
import { sameBytes, unpack } from "./arrays.js"
import { make, setAll, setText } from "./dom.js"
import { leaveOfLast } from "../streamlit_workarounds.js"

const SOON = 200 // milliseconds without another change after which a value counts as settled
const NARROW = 560 // pixels
const SIDEWAYS = 480 // pixels of height, of a phone that lies on its side

const stages = new Map() // those on the page, by their keys
const feeds = new Map() // what came last for each of them beside its scene

/**
 * One picture on the page: its place and size, what it shows now, and the way back to the server.
 *
 * A picture is a function of the stage that returns
 *   layout(scene)   to build what stays, called for another scene and for another width,
 *   show(values)    to draw what moves, called at most once a frame,
 *   say(values)     for the sentence that names what is shown now, for those who cannot see it,
 *   numbers(values) for the table of it, an element, if there is one,
 *   told(values)    for what the server is told, where its settings are not these values,
 *   fed(value, tell) to take in what comes often beside the scene, if anything does; see showFeed,
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
    this.pressed = false
    this.late = null // what the server sent while a finger was down
    this.off = new AbortController()
    const { signal } = this.off
    place.addEventListener("pointerdown", () => (this.pressed = true), { signal })
    addEventListener("pointerup", () => this.release(), { signal })
    addEventListener("pointercancel", () => this.release(), { signal })
    // A menu keeps the end of a press to itself.
    addEventListener("pointermove", ({ buttons }) => buttons || this.release(), { signal })
  }

  /** Take in what has come while a finger was down, once a click has reached what it was meant for. */
  release() {
    if (!this.pressed) return
    this.pressed = false
    setTimeout(() => {
      const late = this.late
      this.late = null
      if (late && !this.off.signal.aborted) this.receive(...late)
    })
  }

  /** Whether the person wants less motion. */
  get calm() {
    return this.motion.matches
  }

  /** Whole pixels, and none that is not there: what fills them exactly must not need another row. */
  get width() {
    return Math.floor(this.place.getBoundingClientRect().width)
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
    if (this.pressed && this.view) {
      this.late = [bytes.slice(), mounts] // drawn anew, a part would be gone under the finger
      return
    }
    this.bytes = bytes.slice()
    const scene = unpack(bytes)
    const { picture, key, alt, words, height, values, turn } = scene
    Object.assign(this, { words, key, tall: height, scene })
    stages.set(key, this)
    setAll(this.place, { role: "group", "aria-label": alt })
    if (!this.view) this.values = values
    else if (turn >= this.turn && !this.held) this.take(values)
    this.turn = Math.max(this.turn, turn)
    this.view ??= mounts[picture](this)
    this.numbers.hidden = !this.view.numbers
    if (!this.numbers.firstChild) this.numbers.append(make("summary", "", words.numbers))
    this.layout()
    this.feed()
  }

  /** Hand on what came last beside the scene, if there is a place to show it. */
  feed() {
    const last = feeds.get(this.key)
    if (last && this.laidOut) this.view.fed(last.value, last.tell)
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
    const host = /** @type {ShadowRoot} */ (this.place.getRootNode()).host ?? this.place
    host.dataset.drawn = "" // for page_frame.css: what stands below has its place now
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
    clearTimeout(this.timer) // what was to be settled soon is settled with what is held now
  }

  settleSoon() {
    this.hold() // an answer to what was settled before must not put it back
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
    this.tell({ turn: this.turn, values: this.view.told?.(this.values) ?? { ...this.values } })
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

  /** Say that on a phone so many pixels of the picture need not stay in sight. */
  scrollsAway(pixels) {
    const around = this.place.getRootNode().host?.closest("[class*=st-key-stage_]")
    around?.style.setProperty("--stage-top", `${-pixels}px`)
  }

  /** Have something ended when the picture leaves the page. */
  leaving(end) {
    this.farewells.push(end)
  }

  leave() {
    this.off.abort()
    clearTimeout(this.timer)
    this.sizes.disconnect()
    for (const end of this.farewells) end()
    if (stages.get(this.key) === this) stages.delete(this.key)
    feeds.delete(this.key)
  }
}

/** Show a value of the component; each has its own stage, as long as it is on the page. */
export function showStage(component, mounts) {
  const { data, parentElement, setStateValue } = component
  const place = parentElement.querySelector(".stage")
  if (!place) return showFeed(component)
  const tell = (told) => setStateValue("settled", told)
  const stage = (place.stage ??= new Stage(place, tell))
  stage.tell = tell
  stage.receive(data, mounts)
  return leaveOfLast(stage, () => {
    stage.leave()
    delete place.stage
  })
}

/**
 * Hand a value that comes often to the picture it is for, which may come later: `tell.state(name, value)` and
 * `tell.trigger(name, value)` are the way back to the fragment that sent it.
 */
function showFeed({ data, parentElement, setStateValue, setTriggerValue }) {
  const { key } = parentElement.querySelector(".feed").dataset
  parentElement.host.dataset.drawn = "" // it takes no room, so that nothing need wait for it
  feeds.set(key, { value: unpack(data), tell: { state: setStateValue, trigger: setTriggerValue } })
  stages.get(key)?.feed()
}
