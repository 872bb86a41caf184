// What the browser remembers of the course; pages/ui/progress.py says what this session adds to it.

const REMEMBERED = "playground.progress"
const KINDS = ["seen", "predicted", "understood"]

export default function ({ data, parentElement }) {
  parentElement.host.dataset.drawn = "" // it takes no room, so that nothing need wait for it
  const room = (globalThis.playgroundProgress ??= { erased: data.erased })
  const kept = data.erased > room.erased ? {} : remembered()
  room.erased = data.erased
  for (const [name, now] of Object.entries(data.progress)) {
    kept[name] = Object.fromEntries(KINDS.map((kind) => [kind, Boolean(kept[name]?.[kind] || now[kind])]))
  }
  localStorage.setItem(REMEMBERED, JSON.stringify(kept))
  for (const kind of KINDS) {
    document.documentElement.dataset[kind] = Object.keys(kept).filter((name) => kept[name][kind]).join(" ")
  }
}

/** What is there already; nothing where it is not of this page's making. */
function remembered() {
  try {
    const kept = JSON.parse(localStorage.getItem(REMEMBERED) ?? "{}")
    return Object.fromEntries(Object.entries(kept).filter(([_name, marks]) => marks && typeof marks === "object"))
  } catch {
    return {}
  }
}
