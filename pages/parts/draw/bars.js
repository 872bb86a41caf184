// @ts-check
/** One bar for each class, which glides to its new length; the browser's own transition does it.
 *
 * @typedef {{ class: string, probability: number, label: string, color: string, opacity: number }} Row
 */

/** @param {{ data: { rows: Row[], alt: string }, parentElement: ShadowRoot & { host: HTMLElement } }} component */
export default function ({ data, parentElement }) {
  const place = /** @type {HTMLElement} */ (parentElement.querySelector(".bars"))
  place.setAttribute("aria-label", data.alt)
  while (place.children.length > 3 * data.rows.length) place.lastChild?.remove()
  while (place.children.length < 3 * data.rows.length) place.append(document.createElement("div"))
  data.rows.forEach((row, number) => {
    const [name, bar, label] = [0, 1, 2].map((part) => /** @type {HTMLElement} */ (place.children[3 * number + part]))
    name.textContent = row.class
    bar.style.width = `${100 * row.probability}%`
    bar.style.background = row.color
    bar.style.opacity = String(row.opacity)
    label.textContent = row.label
  })
  parentElement.host.dataset.drawn = "" // for page_frame.css: what stands below has its place now
}
