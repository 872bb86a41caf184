// The presenter's view in the browser: a bar at the foot, keys, and the notes in a window of their own.
// pages/ui/presenter.py says what it is told.

const BAR = "presenter-bar"
const TEXT = "textarea, [contenteditable], input:not([type=range], [type=radio], [type=checkbox])"

/** One for all, as Streamlit may build a component anew at any time. */
const view = (globalThis.playgroundPresenter ??= { data: null, notes: null, place: null, began: 0, allBegan: 0 })

export default function ({ data, setTriggerValue }) {
  const first = !view.data
  view.data = data
  view.go = (place) => setTriggerValue("go", place)
  if (first) begin()
  if (view.place !== data.place) view.began = performance.now()
  view.place = data.place
  showBar()
  showNotes()
}

function begin() {
  view.allBegan = performance.now()
  view.ended = new AbortController()
  addEventListener("keydown", onKey, { capture: true, signal: view.ended.signal })
  view.clock = setInterval(showClock, 500)
}

function end() {
  view.ended.abort()
  clearInterval(view.clock)
  view.notes?.close()
  document.getElementById(BAR)?.remove()
  view.go(view.data.end)
  Object.assign(view, { data: null, notes: null, place: null })
}

function move(by) {
  const place = view.data.place + by
  if (place >= 0 && place < view.data.count) view.go(place)
}

const DEEDS = { PageDown: () => move(1), PageUp: () => move(-1), n: openNotes, Escape: end }

function onKey(event) {
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || !Object.hasOwn(DEEDS, event.key)) return
  const ofTheClicker = event.key.startsWith("Page")
  if (!ofTheClicker && event.composedPath()[0].closest?.(TEXT)) return
  if (event.key === "Escape" && document.querySelector("[role=dialog], [role=listbox]")) return
  event.preventDefault()
  event.stopPropagation()
  DEEDS[event.key]()
}

// ---- the bar

function showBar() {
  const { words, where, place, count } = view.data
  const bar = document.getElementById(BAR) ?? document.createElement("div")
  const focused = bar.contains(document.activeElement) && document.activeElement.dataset.deed
  Object.assign(bar, { id: BAR, role: "group", ariaLabel: words.presenter })
  const buttons = [
    button("back", () => move(-1), place === 0),
    button("next", () => move(1), place === count - 1),
    button("notes", openNotes),
    button("end", end),
  ]
  bar.replaceChildren(part("span", "where", where), part("span", "do", view.data.do), ...buttons)
  if (!bar.isConnected) document.querySelector("[data-testid=stApp]").append(bar)
  if (focused) buttons.find((one) => one.dataset.deed === focused)?.focus()
}

function button(deed, act, disabled = false) {
  const made = part("button", "", view.data.words[deed])
  made.dataset.deed = deed
  made.disabled = disabled
  made.onclick = act
  return made
}

function part(tag, name, text, page = document) {
  const made = page.createElement(tag)
  if (name) made.className = name
  made.textContent = text
  return made
}

// ---- the notes

function openNotes() {
  if (view.notes && !view.notes.closed) return view.notes.focus()
  view.notes = open("", "presenter-notes", "popup,width=560,height=680")
  if (!view.notes) {
    document.querySelector(`#${BAR} .do`).textContent = view.data.words.blocked
    return
  }
  view.notes.addEventListener("keydown", onKey, { signal: view.ended.signal })
  showNotes()
}

function showNotes() {
  if (!view.notes || view.notes.closed) return
  const { words, where, page, ask, answers, answer } = view.data
  const paper = view.notes.document
  const make = (tag, text, name = "") => part(tag, name, text, paper)
  paper.title = words.presenter
  paper.documentElement.style.colorScheme = "light dark"
  paper.body.style.cssText = "max-width: 40rem; margin: 1rem auto; padding: 0 1rem; font: 1.15rem/1.5 sans-serif"
  const list = make("ol", "")
  list.type = "A"
  list.append(...answers.map((words) => make("li", words)))
  const clock = make("p", "", "clock")
  clock.style.cssText = "font-size: 1.3rem; font-variant-numeric: tabular-nums"
  paper.body.replaceChildren(
    make("h1", page), make("p", where), clock, make("h2", words.do), make("p", view.data.do),
    make("h2", words.ask), make("p", ask), list, make("h2", words.answer), make("p", answer),
  )
  for (const heading of paper.querySelectorAll("h1, h2")) heading.style.cssText = "margin: 0.8rem 0 0.2rem; font-size: 1.1rem"
  showClock()
}

function showClock() {
  const clock = view.notes && !view.notes.closed && view.notes.document.querySelector(".clock")
  if (!clock) return
  const { seconds, allSeconds, words } = view.data
  const moment = remaining(seconds, view.began)
  clock.textContent = words.left.replace("{moment}", moment).replace("{all}", remaining(allSeconds, view.allBegan))
}

/** Minutes and seconds that are left, with a minus where they are over. */
function remaining(seconds, began) {
  const left = Math.round(seconds - (performance.now() - began) / 1000)
  const size = Math.abs(left)
  return `${left < 0 ? "−" : ""}${Math.floor(size / 60)}:${String(size % 60).padStart(2, "0")}`
}
