// The presenter's view in the browser: a bar at the foot, keys, and the notes in a window of their own.
// pages/ui/presenter.py says what it is told.

const BAR = "presenter-bar"
const BEGAN = "playground.presenter.began"
const TEXT = "textarea, [contenteditable], input:not([type=range], [type=radio], [type=checkbox])"

/** One for all, as Streamlit may build a component anew at any time. */
const view = (globalThis.playgroundPresenter ??= { data: null, notes: null, place: null, began: 0, allBegan: 0 })

export default function ({ data, setTriggerValue }) {
  const first = !view.data
  view.data = data
  view.go = (place) => setTriggerValue("go", place)
  if (first) begin()
  if (view.place !== data.place) view.began = Date.now()
  view.place = data.place
  showBar()
  showNotes()
}

function begin() {
  view.allBegan = Number(sessionStorage.getItem(BEGAN) ?? Date.now()) // it goes on after a reload
  sessionStorage.setItem(BEGAN, view.allBegan)
  view.ended = new AbortController()
  addEventListener("keydown", onKey, { capture: true, signal: view.ended.signal })
  view.clock = setInterval(showClock, 500)
}

function end() {
  view.ended.abort()
  clearInterval(view.clock)
  sessionStorage.removeItem(BEGAN)
  view.notes?.close()
  document.getElementById(BAR)?.remove()
  view.go(view.data.end)
  Object.assign(view, { data: null, notes: null, place: null })
}

/** @param way "back" or "next" */
function move(way) {
  const place = view.data.ways[way]
  if (place !== undefined) view.go(place)
}

const DEEDS = { PageDown: () => move("next"), PageUp: () => move("back"), n: openNotes, Escape: end }

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
  const { words, where } = view.data
  const bar = document.getElementById(BAR) ?? document.createElement("div")
  const focused = bar.contains(document.activeElement) && document.activeElement.dataset.deed
  Object.assign(bar, { id: BAR, role: "group", ariaLabel: words.presenter })
  const buttons = [
    ...["back", "next"].map((way) => button(way, () => move(way), !(way in view.data.ways))),
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
  const left = Math.round(seconds - (Date.now() - began) / 1000)
  const size = Math.abs(left)
  return `${left < 0 ? "−" : ""}${Math.floor(size / 60)}:${String(size % 60).padStart(2, "0")}`
}
