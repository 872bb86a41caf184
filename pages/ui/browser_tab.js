// What the app does in the browser on every page; pages/ui/browser_tab.py says what it is told.

const ASK_AGAIN = 4000 // milliseconds from one look at the line to the server to the next
const PATIENCE = 3000 // milliseconds until a server that does not answer counts as gone
const A_DAY = 86400 // seconds that the browser remembers whose tab it is; the server decides what is still there
const REMEMBERED = "playground.runs"
const PHONE = 768 // pixels; a window less wide has the navigation in a drawer
const TABS = 5 // whose runs are remembered

/** One for all, as Streamlit may build a component anew at any time. */
const tab = (globalThis.playgroundTab ??= { line: true, lost: null, token: null })

export default function ({ data, setTriggerValue }) {
  const first = !tab.data
  tab.data = data
  tab.showNow = () => setTriggerValue("line", "back")
  if (first) {
    oneEntryForEachPage()
    watchTheLine()
    closeDrawer()
    addEventListener("pagehide", () => setToken(".left"))
    addEventListener("pageshow", () => setToken(""))
  }
  setToken("")
  if (data.address && tab.token !== data.token) showAddress(data.address) // once for a session
  tab.token = data.token
  if (data.scrolls > tab.scrolls) document.querySelector("[data-testid=stMain]").scrollTo({ top: 0 })
  tab.scrolls = data.scrolls
  remember(data)
  showNotice()
}

/**
 * Streamlit makes an entry in the history for every change of the address, but Back undoes none of them. And where one
 * goes back twice at once, its answer for the first page comes late and would lead away from the second.
 */
function oneEntryForEachPage() {
  const push = history.pushState
  let wentTo = null // where Back or Forward led, until the person does something else
  addEventListener("popstate", () => (wentTo = location.pathname), true)
  for (const deed of ["pointerdown", "keydown"]) addEventListener(deed, () => (wentTo = null), true)
  history.pushState = function (state, title, url) {
    const path = new URL(url ?? "", location.href).pathname
    if (wentTo && path !== wentTo) return
    return (path === location.pathname ? history.replaceState : push).call(history, state, title, url)
  }
}

/** On a phone the navigation is a drawer over the page, which Streamlit leaves open when a page is chosen in it. */
function closeDrawer() {
  addEventListener("click", ({ target }) => {
    if (innerWidth >= PHONE || !target.closest("[data-testid=stSidebarNavLink]")) return
    setTimeout(() => document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click())
  })
}

function showAddress({ page, query }) {
  const here = location.pathname.split("/").pop() === page
  if (here && inOrder(location.search) !== inOrder(query)) {
    history.replaceState(history.state, "", location.pathname + (query && "?" + query))
  }
}

function inOrder(query) {
  const settings = new URLSearchParams(query)
  settings.sort()
  return settings.toString()
}

/** @param suffix ".left" where the tab is about to go, so that the server knows it again when it comes back */
function setToken(suffix) {
  const { cookie, token, root } = tab.data
  const secure = location.protocol === "https:" ? "; Secure" : ""
  document.cookie = `${cookie}=${token}${suffix}; Path=${root}; Max-Age=${A_DAY}; SameSite=Strict${secure}`
}

// ---- the settings of the runs, for when the server has lost them

function remember({ lost, token, server, runs }) {
  changeRemembered((kept) => {
    const gone = kept[lost] ?? (kept[token]?.gone && kept[token])
    if (gone) tab.lost = { ...gone, gone: true }
    delete kept[lost]
    delete kept[token] // to the end, as the newest
    if (runs.length) kept[token] = { server, runs }
    else if (tab.lost) kept[token] = tab.lost // also after a reload, until there is something newer
  })
}

function forgetLost() {
  tab.lost = null
  changeRemembered((kept) => kept[tab.data.token]?.gone && delete kept[tab.data.token])
}

function changeRemembered(change) {
  const kept = JSON.parse(localStorage.getItem(REMEMBERED) ?? "{}")
  change(kept)
  localStorage.setItem(REMEMBERED, JSON.stringify(Object.fromEntries(Object.entries(kept).slice(-TABS))))
}

// ---- the line to the server

function watchTheLine() {
  const look = async () => {
    const before = tab.line
    tab.line = (await serverAnswers()) && connected()
    // Streamlit finds its line again by itself, but leaves on the page what was there when it was lost.
    if (tab.line && !before) tab.showNow()
    showNotice()
  }
  setInterval(() => document.hidden || look(), ASK_AGAIN)
  addEventListener("offline", look)
  addEventListener("online", look)
  document.addEventListener("visibilitychange", look)
}

async function serverAnswers() {
  try {
    const address = tab.data.root + "_stcore/health"
    return (await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) })).ok
  } catch {
    return false
  }
}

function connected() {
  const app = document.querySelector("[data-test-connection-state]")
  return !app || app.dataset.testConnectionState === "CONNECTED"
}

// ---- one line at the foot of the page, where there is something to say

function showNotice() {
  const words = tab.data.words
  if (!tab.line) return showBar([words.noLine])
  if (!tab.lost) return hideBar()
  const links = tab.lost.runs.map(({ title, address }) => {
    const link = document.createElement("a")
    link.href = tab.data.root + address.replace(/^\/+/, "")
    link.textContent = title
    return link
  })
  const close = document.createElement("button")
  close.textContent = words.close
  close.onclick = () => {
    forgetLost()
    hideBar()
  }
  showBar([tab.lost.server === tab.data.server ? words.tooLong : words.restarted, ...links, close])
}

function showBar(parts) {
  let bar = document.getElementById("playground-bar")
  if (!bar) {
    bar = document.createElement("div")
    bar.id = "playground-bar"
    bar.setAttribute("role", "status")
    document.body.append(bar)
  }
  const colors = getComputedStyle(document.querySelector(".stApp") ?? document.body)
  bar.style.cssText = `position: fixed; inset: auto 0 0 0; z-index: 1000000; display: flex; flex-wrap: wrap;
    gap: 0.3rem 1.2rem; justify-content: center; padding: 0.7rem 1rem; max-height: 40vh; overflow: auto;
    font: 1rem/1.5 ${colors.fontFamily}; color: ${colors.color}; background: ${colors.backgroundColor};
    border-top: 3px solid #CE7B00; box-shadow: 0 -2px 14px #0003`
  const said = parts.map((part) => part.textContent ?? part).join("\n")
  if (bar.dataset.said === said) return
  bar.dataset.said = said
  bar.replaceChildren(...parts.map((part) => (part.style ? plainLook(part) : span(part))))
}

function plainLook(part) {
  part.style.cssText = "font: inherit; color: inherit; background: none; border: none; cursor: pointer; padding: 0"
  part.style.textDecoration = "underline"
  return part
}

function span(text) {
  const element = document.createElement("span")
  element.textContent = text
  return element
}

function hideBar() {
  document.getElementById("playground-bar")?.remove()
}
