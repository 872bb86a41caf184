// What works around Streamlit 1.67's inner ways in the browser; streamlit_workarounds.py says how each is tested.

const HOLD = 100 // milliseconds the way to another page is held, for a question that Streamlit has not sent yet
const FAREWELL = 15000 // milliseconds for another page to come, in which nothing is asked

/** The way to another page, on which nothing may be asked.
 *
 * A question of the page before that comes after the one for the new page bears the old page's name, so that Streamlit
 * empties the new page. A component that asks by itself has to stop first.
 */
export class Departure {
  /** @param asking whether the component asks by itself just now */
  constructor(asking) {
    this.asking = asking
    this.began = -Infinity
  }

  /** Watch for whatever leads to another page, until the signal of these options; on the way down, before Streamlit. */
  watch(options) {
    this.here = location.pathname
    document.addEventListener("click", (event) => this.followLink(event), options)
    window.addEventListener("popstate", (event) => this.goBack(event), options)
  }

  get underWay() {
    return performance.now() - this.began < FAREWELL
  }

  followLink(event) {
    const link = event.target.closest?.("a[href]")
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || link?.target || link?.host !== location.host
    if (link && !elsewhere && link.pathname !== this.here) this.depart(event, () => link.click())
  }

  goBack(event) {
    const again = () => window.dispatchEvent(new PopStateEvent("popstate", { state: history.state }))
    if (location.pathname !== this.here) this.depart(event, again)
  }

  /** Let what opens another page happen only after the last question is sent. */
  depart(event, again) {
    this.began = performance.now()
    if (!event.isTrusted || !this.asking()) return
    event.preventDefault()
    event.stopImmediatePropagation()
    setTimeout(again, HOLD)
  }
}

/** Return what a component returns to be called when it leaves the page.
 *
 * Streamlit calls it also for a value that the next one overtook, before or after that is shown.
 */
export function leaveOfLast(view, leave) {
  const shown = (view.shown = Symbol())
  return () => view.shown === shown && leave()
}
