// @ts-check
import { clamp } from "../arrays.js"
import { make, setAll } from "../dom.js"

const ONE = 880 // Hz of a loss of 1
const [LOWEST, HIGHEST] = [55, 3520] // Hz
const LOUDNESS = 0.08
const SWEEP = 0.45 // seconds in which what has come since the last time is played
const FADE = 0.1

/** The tone of a loss: an octave for each factor of ten. */
export function pitch(loss) {
  return loss > 0 ? clamp(ONE * 2 ** Math.log10(loss), LOWEST, HIGHEST) : LOWEST
}

/** The loss as a tone that falls while a network learns; a button switches it on. */
export function sound(stage) {
  let audio = null
  let tone
  let volume
  let heard = 0 // the last step that was played
  const button = make("button", "", "", { type: "button", "aria-pressed": "false" })
  stage.controls.append(button)
  button.addEventListener("click", () => {
    audio ??= begin()
    const on = button.getAttribute("aria-pressed") !== "true"
    setAll(button, { "aria-pressed": on })
    on ? audio.resume() : audio.suspend()
  })

  function begin() {
    const context = new AudioContext()
    tone = new OscillatorNode(context, { type: "triangle", frequency: ONE })
    volume = new GainNode(context, { gain: 0 })
    tone.connect(volume).connect(context.destination)
    tone.start()
    return context
  }

  /** Play the losses that were not heard yet, and be silent where nothing goes on. */
  function play({ arrays: { steps, losses: all }, moving }) {
    const last = steps.at(-1) ?? 0
    const losses = all.filter((_loss, k) => steps[k] > heard || last < heard) // all of another run
    heard = last
    if (!audio) return
    const now = audio.currentTime
    volume.gain.setTargetAtTime(moving ? LOUDNESS : 0, now, FADE)
    if (!losses.length || !moving) return
    tone.frequency.cancelScheduledValues(now)
    losses.forEach((loss, k) => tone.frequency.linearRampToValueAtTime(pitch(loss), now + (SWEEP * (k + 1)) / losses.length))
  }

  stage.leaving(() => audio?.close())
  return {
    layout(scene) {
      button.textContent = scene.says.listen
      button.title = scene.says.means
    },
    show() {},
    fed: play,
  }
}
