// @ts-check
import { between, clamp } from "./arrays.js"

/** Moves an array of numbers at full frame rate to where the server has said that it is by now. */
export class Glide {
  /** Be there at once. */
  jump(numbers) {
    this.go([numbers], 0)
  }

  /**
   * Go from where it is to the last of some stations, by way of the others.
   * @param {Float32Array[]} stations
   * @param {number} duration in milliseconds; 0 for at once
   */
  go(stations, duration, now = performance.now()) {
    const all = duration > 0 && this.path?.shape[1] === stations[0].length ? [this.at(now), ...stations] : stations.slice(-1)
    const path = new Float32Array(all.length * all[0].length)
    all.forEach((numbers, place) => path.set(numbers, place * numbers.length))
    this.path = Object.assign(path, { shape: [all.length, all[0].length] })
    Object.assign(this, { began: now, duration })
  }

  /** Stay where it is now. */
  stop(now = performance.now()) {
    if (this.path) this.go([this.at(now)], 0, now)
  }

  /** Where it is now: an array that is overwritten by the next call. */
  at(now = performance.now()) {
    const [stations, size] = this.path.shape
    if (this.numbers?.length !== size) this.numbers = new Float32Array(size)
    const share = this.duration ? clamp((now - this.began) / this.duration, 0, 1) : 1
    return between(this.path, share * (stations - 1), this.numbers)
  }

  moving(now = performance.now()) {
    return Boolean(this.path) && now < this.began + this.duration
  }
}
