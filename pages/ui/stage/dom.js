// @ts-check
// Elements and words. Text only, so that no word of a person is ever read as HTML.

const SVG = "http://www.w3.org/2000/svg"

/** An element with its class, its text and further attributes. */
export function make(kind, name = "", text = "", attributes = {}) {
  const element = document.createElement(kind)
  if (name) element.className = name
  if (text) element.textContent = text
  return setAll(element, attributes)
}

/** A shape of an SVG, put into its parent; `text` is what a <text> says. */
export function shape(parent, kind, attributes = {}, text = "") {
  const element = document.createElementNS(SVG, kind)
  if (text) element.textContent = text
  parent.append(setAll(element, attributes))
  return element
}

/** Set attributes where they have changed. */
export function setAll(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value)
  }
  return element
}

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text
}

/** A sentence with its {names} filled in. */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_whole, name) => values[name])
}

/** Write a sentence as a page writes it: `code` between backticks, what is **bold** between pairs of stars. */
export function writeSentence(element, sentence) {
  if (element.sentence === sentence) return
  element.sentence = sentence
  const kinds = { "`": "code", "**": "b" }
  const parts = sentence.split(/(`[^`]*`|\*\*.*?\*\*)/).map((text) => {
    const mark = Object.keys(kinds).find((mark) => text.startsWith(mark))
    return mark ? make(kinds[mark], "", text.slice(mark.length, -mark.length)) : text
  })
  element.replaceChildren(...parts)
}

/** A number with so many significant digits, and a real minus sign. */
export function short(value, digits = 3) {
  if (value === null || Number.isNaN(value)) return "–"
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞"
  const size = Math.abs(value)
  const text = size && (size < 1e-4 || size >= 1e6) ? size.toExponential(digits - 1) : String(+size.toPrecision(digits))
  return value < 0 && Number(text) !== 0 ? "−" + text : text
}

/** A number with so many decimals: its width stays the same while it changes. */
export function fixed(value, decimals = 2) {
  if (value === null || Number.isNaN(value)) return "–"
  const text = Math.abs(value).toFixed(decimals)
  return value < 0 && Number(text) !== 0 ? "−" + text : text
}

/** A table of numbers: `head` has the words of its columns, `rows` what stands below. */
export function tableOf(head, rows) {
  const table = make("table")
  const line = (cells, kind) => {
    const row = make("tr")
    row.append(...cells.map((cell) => make(kind, "", String(cell))))
    return row
  }
  const [top, body] = [make("thead"), make("tbody")]
  top.append(line(head, "th"))
  body.append(...rows.map((cells) => line(cells, "td")))
  table.append(top, body)
  return table
}
