// @ts-check
/** Keeps a pinch from drawing a stroke: the canvas is told of a touch only once it is sure to be of one finger. */

const SURE = 80 // milliseconds after which a finger that is still alone draws
const MOVED = 8 // pixels after which it does at once
const EVENTS = ["touchstart", "touchmove", "touchend", "touchcancel"]

class OneFinger {
  constructor() {
    this.forget()
    for (const name of EVENTS) window.addEventListener(name, this.hear.bind(this), { capture: true, passive: false })
  }

  forget() {
    /** @type {TouchEvent[]} events that the canvas does not know of yet */
    this.held = []
    this.state = "idle" // or "waiting", "drawing", "ignoring"
  }

  /** @param {TouchEvent} event */
  hear(event) {
    const canvas = /** @type {HTMLElement} */ (event.composedPath()[0])
    if (!event.isTrusted || !canvas.matches?.("canvas.upper-canvas")) return
    lift(/** @type {ShadowRoot} */ (canvas.getRootNode()))
    const over = event.touches.length === 0
    if (event.touches.length > 1 || event.type === "touchcancel") this.ignore(canvas, event)
    else if (this.state === "idle" && event.type === "touchstart") this.wait(canvas)
    if (this.state === "waiting") {
      this.held.push(event)
      if (over || far(this.held[0], event)) this.draw(canvas)
    }
    if (this.state !== "drawing" || this.held.length) this.swallow(event)
    this.held = this.state === "drawing" ? [] : this.held
    if (over) this.forget()
  }

  /** @param {Element} canvas */
  wait(canvas) {
    this.state = "waiting"
    const held = this.held
    setTimeout(() => {
      if (this.state !== "waiting" || this.held !== held) return
      this.draw(canvas)
      this.held = []
    }, SURE)
  }

  /** Tell the canvas what was held back. @param {Element} canvas */
  draw(canvas) {
    this.state = "drawing"
    for (const event of this.held) tell(canvas, event, event.type)
  }

  /** A second finger: what one of them has drawn so far stays, and nothing more is drawn until both are gone.
   * @param {Element} canvas @param {TouchEvent} event
   */
  ignore(canvas, event) {
    if (this.state === "drawing") tell(canvas, event, "touchend")
    this.state = "ignoring"
    this.held = []
  }

  /** @param {TouchEvent} event */
  swallow(event) {
    event.stopImmediatePropagation()
    if (event.cancelable) event.preventDefault()
  }
}

/** Keep the canvas's own buttons above it, where they would else cover its upper right corner on a touch screen.
 * @param {ShadowRoot} root
 */
function lift(root) {
  if (root.querySelector("style.lifted")) return
  const style = document.createElement("style")
  style.className = "lifted"
  style.textContent = ".dc-toolbar { top: -2.65rem !important }"
  root.append(style)
}

/** @param {TouchEvent} first @param {TouchEvent} now */
function far(first, now) {
  const [from, to] = [first.changedTouches[0], now.changedTouches[0]]
  return Math.hypot(to.clientX - from.clientX, to.clientY - from.clientY) > MOVED
}

/** @param {Element} canvas @param {TouchEvent} event @param {string} type */
function tell(canvas, event, type) {
  const touches = type === "touchend" ? [] : [...event.touches]
  const fingers = { touches, targetTouches: touches, changedTouches: [...event.changedTouches] }
  canvas.dispatchEvent(new TouchEvent(type, { bubbles: true, composed: true, cancelable: true, ...fingers }))
}

const room = /** @type {any} */ (globalThis)
/** @param {{ parentElement: any }} component */
export default function ({ parentElement }) {
  parentElement.host.dataset.drawn = "" // for page_frame.css: it takes no room, so that nothing need wait for it
  room.oneFinger ??= new OneFinger()
}
