// The card in which a weight or a bias is changed.

/** A small card beside the mouse with one or more numbers of the network, which can be typed over. */
class Card {
  constructor(root, words, edit) {
    Object.assign(this, { root, words, edit, entries: [], pinned: false })
    this.element = root.querySelector(".card")
    this.element.onkeydown = (event) => this.key(event)
    this.element.onfocusout = (event) => this.leave(event)
    root.querySelector(".plane-view").onpointerdown = (event) => this.pressed(event)
  }

  open(entries, title, event, pinned) {
    const same = this.shown && this.title === title && this.entries.length === entries.length
    if (same && this.pinned === pinned) return
    Object.assign(this, { title, pinned, shown: true })
    this.opener = pinned ? this.root.activeElement : null
    this.entries = entries.map((entry) => ({ ...entry, ...this.row(entry) }))
    this.problem = make("div", "problem", "", { role: "alert" })
    const hint = make("div", "hint", pinned ? this.words.enter : this.words.click)
    this.element.replaceChildren(make("div", "title", title), ...this.entries.map(({ row }) => row), this.problem, hint)
    this.element.classList.toggle("pinned", pinned)
    setName(this.element, title)
    this.element.hidden = false
    this.follow()
    this.move(event)
    if (!pinned || event.pointerType === "touch") return // where the keyboard of a phone would hide the picture
    this.entries[0].input.focus()
    this.entries[0].input.select()
  }

  row({ label, number }) {
    const row = make("label", "row")
    const input = make("input", "", "", { type: "text", inputmode: "decimal", autocomplete: "off" })
    input.oninput = () => (input.typed = true)
    row.append(make("span", "", label), input)
    return { row, input, number }
  }

  /** Put the card beside the mouse, or beside what was opened by key, but never outside. */
  move(event) {
    const room = this.root.querySelector(".plane-view").getBoundingClientRect()
    const at = event.clientX || event.clientY ? { x: event.clientX, y: event.clientY } : this.below(event.target)
    const { offsetWidth: width, offsetHeight: height } = this.element
    const left = Math.max(0, Math.min(at.x - room.left + 14, room.width - width))
    const top = Math.max(0, Math.min(at.y - room.top + 14, room.height - height))
    this.element.style.transform = `translate(${left}px, ${top}px)`
  }

  below(element) {
    const box = element.getBoundingClientRect()
    return { x: box.left, y: box.bottom }
  }

  /** Show the numbers of the present frame, but not in a field in which somebody types. */
  follow() {
    if (!this.shown) return
    for (const { input, value } of this.entries) {
      const text = short(value(), 3)
      if (!input.typed && input.value !== text) input.value = text
    }
  }

  key(event) {
    event.stopPropagation()
    if (event.key === "Escape") this.close(true)
    if (event.key === "Enter") this.commit(event.target)
  }

  leave(event) {
    if (!this.shown || !this.pinned) return
    this.commit(event.target)
    const inside = event.relatedTarget && this.element.contains(event.relatedTarget)
    if (!inside && !this.problem.textContent) this.close()
  }

  /** A press beside the card takes it away where nobody types in it: where it was refused, or on a phone. */
  pressed({ target }) {
    const typing = this.element.contains(this.root.activeElement)
    if (this.pinned && !typing && !this.element.contains(target)) this.close()
  }

  /** Send what was typed, or say why not. */
  commit(input) {
    const entry = this.entries.find((candidate) => candidate.input === input)
    if (!entry || !input.typed) return
    const text = input.value.trim().replace("−", "-").replace(",", ".")
    const value = text === "" ? NaN : Number(text)
    const fits = Number.isFinite(value) && Math.abs(value) <= 1e6
    setText(this.problem, fits ? "" : this.words.refused)
    input.setAttribute("aria-invalid", String(!fits))
    if (!fits) return
    input.typed = false
    this.edit({ ...entry.number, value })
  }

  close(byKey = false) {
    if (!this.shown) return
    const opener = this.opener
    Object.assign(this, { shown: false, pinned: false, entries: [], opener: null })
    this.element.hidden = true
    if (byKey) opener?.focus()
  }
}
