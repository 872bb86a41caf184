// @ts-check
import { fill, make, writeSentence } from "../dom.js"

/** A program in whose places one chooses what stands there. The value `repair` is what has been changed. */
export function clinic_code(stage) {
  let scene, menus
  const [program, told] = [make("div", "program"), make("p", "told")]
  stage.picture.append(program, told)

  const changed = () => Object.entries(menus).filter(([place, menu]) => menu.value !== scene.came[place])
  const write = () => changed().map(([place, menu]) => `${place}:${menu.value}`).join(",")

  function layout(next) {
    if (scene === next) return
    const focused = /** @type {ShadowRoot} */ (program.getRootNode()).activeElement?.["place"]
    scene = next
    menus = {}
    program.replaceChildren(...scene.lines.map(({ text, place }, k) => {
      const line = make("div", text || place ? "line" : "line empty")
      const indent = text.match(/^ */)[0]
      line.append(make("span", "text", place ? indent : text))
      if (place) line.append((menus[place] = menu(place, k)))
      return line
    }))
    menus[focused]?.focus()
    writeSentence(told, scene.told)
  }

  function menu(place, k) {
    const label = fill(scene.says.choose, { number: k + 1, code: scene.choices[place].find(([choice]) => choice === scene.came[place])[1] })
    const menu = /** @type {HTMLSelectElement} */ (make("select", "", "", { "aria-label": label }))
    menu["place"] = place
    menu.append(...scene.choices[place].map(([value, code]) => make("option", "", code, { value })))
    menu.addEventListener("change", () => {
      stage.set({ repair: write(), epoch: 0 })
      stage.settle()
    })
    return menu
  }

  function show({ repair }) {
    const chosen = Object.fromEntries(repair.split(",").map((part) => part.split(":")))
    for (const [place, menu] of Object.entries(menus)) {
      menu.value = chosen[place] ?? scene.came[place]
      menu.parentElement.classList.toggle("changed", place in chosen)
    }
  }

  const say = () => fill(scene.says.program, { count: Object.keys(menus).length })

  return { layout, show, say, role: "group" }
}
