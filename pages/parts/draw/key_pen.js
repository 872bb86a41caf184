// @ts-check
// A digit that is drawn with the arrow keys: the pen goes step by step, and Enter hands it over.

const SIDE = 280 // canvas units, as on the square that is drawn on with a mouse
const STEP = 20
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }

/** @param {{ data: any, parentElement: any, setTriggerValue: (name: string, value: any) => void }} component */
export default function ({ data, parentElement, setTriggerValue }) {
  const board = /** @type {HTMLElement & { pen?: KeyPen }} */ (parentElement.querySelector(".board"))
  board.pen ??= new KeyPen(board, parentElement.querySelector(".said"))
  Object.assign(board.pen, { words: data, send: (drawing) => setTriggerValue("drawn", drawing) })
  board.setAttribute("aria-label", data.board)
  parentElement.host.dataset.drawn = "" // for page_frame.css: what stands below has its place now
  board.pen.show()
}

class KeyPen {
  constructor(board, said) {
    Object.assign(this, { board, said, x: SIDE / 2, y: SIDE / 5, isDown: false, strokes: [] })
    board.addEventListener("keydown", (event) => this.press(event))
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const way = WAYS[event.key]
    if (way) this.move(...way)
    else if (event.key === " ") this.touch()
    else if (event.key === "Backspace") this.undo()
    else if (event.key === "Enter" && this.strokes.length) this.send(this.drawing())
    else return
    event.preventDefault()
    this.show()
  }

  move(right, down) {
    const within = (place) => Math.min(SIDE - STEP / 2, Math.max(STEP / 2, place))
    ;[this.x, this.y] = [within(this.x + STEP * right), within(this.y + STEP * down)]
    if (this.isDown) this.strokes.at(-1).push([this.x, this.y])
  }

  touch() {
    this.isDown = !this.isDown
    if (this.isDown) this.strokes.push([[this.x, this.y]])
  }

  undo() {
    this.strokes.pop()
    this.isDown = false
  }

  /** The strokes as the other canvas gives them, in Fabric.js's JSON. */
  drawing() {
    const path = (points) => points.map((point, place) => [place ? "L" : "M", ...point])
    return { objects: this.strokes.map((points) => ({ type: "path", path: path(points) })) }
  }

  show() {
    const [lines, place] = this.board.querySelectorAll("path, circle")
    lines.setAttribute("d", this.strokes.map((points) => `M${points.map((point) => point.join(" ")).join("L")}`).join(""))
    for (const [name, value] of Object.entries({ cx: this.x, cy: this.y, class: this.isDown ? "down" : "" })) place.setAttribute(name, value)
    const place100 = [this.x, this.y].map((at) => Math.round((100 * at) / SIDE))
    this.said.textContent = `${this.isDown ? this.words.down : this.words.up} ${place100[0]}, ${place100[1]}`
  }
}
