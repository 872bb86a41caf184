// @ts-check
/** Small images side by side, each with a word under it, which change in place.
 *
 * All come as one gray PNG, side by side; its gray values are places in `ramp`, which has the colors.
 *
 * @typedef {{ sheet: string, columns: number, narrow: number, ramp: number[][], marks: [string, string, string][],
 *   alt: string }} Tiles a color is red, green, blue, opacity; a mark is word, kind of frame, title
 */

/** @param {{ data: Tiles, parentElement: ShadowRoot & { host: HTMLElement } }} component */
export default function ({ data, parentElement }) {
  const place = /** @type {HTMLElement & { drawn?: string }} */ (parentElement.querySelector(".tiles"))
  place.setAttribute("aria-label", data.alt)
  place.style.setProperty("--columns", String(data.columns))
  place.style.setProperty("--narrow", String(data.narrow))
  while (place.children.length > data.marks.length) place.lastChild?.remove()
  while (place.children.length < data.marks.length) {
    const tile = place.appendChild(document.createElement("div"))
    tile.append(document.createElement("canvas"), document.createElement("span"))
  }
  data.marks.forEach(([word, kind, title], number) => {
    const tile = /** @type {HTMLElement} */ (place.children[number])
    tile.className = kind
    tile.title = title
    const label = /** @type {HTMLElement} */ (tile.lastChild)
    if (label.textContent !== word) label.textContent = word
  })
  parentElement.host.dataset.drawn = "" // for page_frame.css: what stands below has its place now
  if (place.drawn === data.sheet) return
  place.drawn = data.sheet
  draw(place, data)
}

/** Draw the sheet once it is decoded, and only then take the old one off, so that nothing blinks.
 * @param {HTMLElement & { drawn?: string }} place @param {Tiles} data
 */
async function draw(place, data) {
  const image = new Image()
  image.src = data.sheet
  await image.decode()
  if (place.drawn !== data.sheet) return // another one has come meanwhile
  const side = image.width / data.marks.length
  const all = context(document.createElement("canvas"), image.width, image.height)
  all.drawImage(image, 0, 0)
  const pixels = all.getImageData(0, 0, image.width, image.height)
  for (let at = 0; at < pixels.data.length; at += 4) pixels.data.set(data.ramp[pixels.data[at]], at)
  ;[...place.children].forEach((tile, number) => {
    const canvas = /** @type {HTMLCanvasElement} */ (tile.firstChild)
    context(canvas, side, image.height).putImageData(pixels, -number * side, 0)
  })
}

/** @param {HTMLCanvasElement} canvas @param {number} width @param {number} height */
function context(canvas, width, height) {
  canvas.width = width
  canvas.height = height
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"))
}
