// @ts-check
// Dragging with mouse, finger or pen. Whatever is dragged has a scrubber, field or button beside it, for the keys.

/**
 * Call `move(x, y)`, in pixels from the element's upper left corner, while it is dragged.
 * @param {Element} element
 * @param {{ start?: (x: number, y: number, event: PointerEvent) => boolean | void,
 *           move: (x: number, y: number) => void, end?: () => void }} on
 *   `start` may return false: then this drag is none, and a finger scrolls the page.
 */
export function onDrag(element, on) {
  const at = (event) => {
    const box = element.getBoundingClientRect()
    return [event.clientX - box.left, event.clientY - box.top]
  }
  let finger = null
  element.addEventListener("pointerdown", (event) => {
    if (event.button || finger !== null || on.start?.(...at(event), event) === false) return
    finger = event.pointerId
    element.setPointerCapture(finger)
    on.move(...at(event))
  })
  element.addEventListener("pointermove", (event) => {
    if (event.pointerId === finger) on.move(...at(event))
  })
  const end = (event) => {
    if (event.pointerId !== finger) return
    finger = null
    on.end?.()
  }
  element.addEventListener("pointerup", end)
  element.addEventListener("pointercancel", end)
}

/** Call `point(x, y)` while the mouse rests over an element, and `leave()` when it goes; a finger's tap counts too. */
export function onPoint(element, point, leave) {
  const at = (event) => {
    const box = element.getBoundingClientRect()
    point(event.clientX - box.left, event.clientY - box.top)
  }
  element.addEventListener("pointermove", at)
  element.addEventListener("pointerdown", at)
  element.addEventListener("pointerleave", leave)
}
