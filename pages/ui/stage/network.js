// @ts-check
// What every neuron of a small network gives for many points at once, from its weights.

const TILE = 500 // points that are computed before the next ones, so that all their numbers stay in the cache

/**
 * An activation as torch has tabulated it (core.interpret.network_tables): its values, evenly from -limit to limit, and
 * behind them the slopes with which it goes on to the left and to the right of these.
 * @typedef {{ values: Float32Array, limit: number }} Table
 */

/** Fully connected layers over some points. What does not change is not computed again. */
export class Network {
  /**
   * @param {Float32Array[]} inputs for each input its value at every point
   * @param {number[]} sizes of the layers behind them
   * @param {(Table | null)[]} activations of these layers; null where the sums are the outputs
   */
  constructor(inputs, sizes, activations) {
    const points = inputs[0].length
    this.activations = activations
    /** The inputs, and then for each layer what its neurons give. */
    this.values = [inputs, ...sizes.map((size) => Array.from({ length: size }, () => new Float32Array(points)))]
    /** For each layer, the inputs too, which of its values the last `compute` has changed. */
    this.changed = this.values.map((layer) => layer.map(() => false))
    this.weights = null
    this.starts = [0]
    sizes.forEach((size, layer) => this.starts.push(this.starts[layer] + size * (this.values[layer].length + 1)))
  }

  /** How many weights and biases there are. */
  get count() {
    return this.starts[this.starts.length - 1]
  }

  /** The place of a weight in torch's order: layer after layer, each [out, in] and behind them the biases. */
  place(layer, row, column) {
    const [inputs, outputs] = [this.values[layer].length, this.values[layer + 1].length]
    return this.starts[layer] + (column === "bias" ? outputs * inputs + row : row * inputs + column)
  }

  /** Compute all that other weights change; they lie as `place` says. */
  compute(weights) {
    const work = this.stale(weights)
    for (let start = 0; start < this.values[0][0].length; start += TILE) {
      const stop = Math.min(start + TILE, this.values[0][0].length)
      for (const { output, inputs, from, bias, activation } of work) {
        weigh(output, inputs, weights, from, weights[bias], start, stop)
        if (activation) activate(output, activation, start, stop)
      }
    }
    this.weights = weights.slice()
  }

  /** The neurons that have other weights than before, or an input that is computed again. */
  stale(weights) {
    const differs = (place) => !this.weights || weights[place] !== this.weights[place]
    const work = []
    for (let layer = 0; layer + 1 < this.values.length; layer++) {
      const inputs = this.values[layer]
      const moved = this.changed[layer].includes(true)
      this.values[layer + 1].forEach((output, row) => {
        const [from, bias] = [this.place(layer, row, 0), this.place(layer, row, "bias")]
        const stale = moved || differs(bias) || inputs.some((_input, column) => differs(from + column))
        this.changed[layer + 1][row] = stale
        if (stale) work.push({ output, inputs, from, bias, activation: this.activations[layer] })
      })
    }
    return work
  }
}

/** z = W x + b of one neuron. Four inputs at a time, which reads and writes the sum less often. */
function weigh(output, inputs, weights, from, bias, start, stop) {
  output.fill(bias, start, stop)
  let column = 0
  for (; column + 4 <= inputs.length; column += 4) {
    const [a, b, c, d] = [inputs[column], inputs[column + 1], inputs[column + 2], inputs[column + 3]]
    const place = from + column
    const [u, v, w, x] = [weights[place], weights[place + 1], weights[place + 2], weights[place + 3]]
    for (let i = start; i < stop; i++) output[i] += u * a[i] + v * b[i] + w * c[i] + x * d[i]
  }
  for (; column < inputs.length; column++) {
    const [input, weight] = [inputs[column], weights[from + column]]
    for (let i = start; i < stop; i++) output[i] += weight * input[i]
  }
}

function activate(output, { values, limit }, start, stop) {
  const last = values.length - 3 // of the samples; behind them stand the two slopes
  const [left, right] = [values[last + 1], values[last + 2]]
  const scale = last / (2 * limit)
  for (let i = start; i < stop; i++) {
    const sum = output[i]
    const place = (sum + limit) * scale
    if (place >= 0 && place < last) {
      const before = place | 0
      const value = values[before]
      output[i] = value + (values[before + 1] - value) * (place - before)
    } else output[i] = place < 0 ? values[0] + left * (sum + limit) : values[last] + right * (sum - limit)
  }
}

/** What the outputs of a network stand for: probabilities, or the value itself; for each output, at every point. */
export function answers(task, outputs) {
  if (task === "regression") return outputs
  if (task === "binary") return outputs.map((output) => output.map((logit) => 1 / (1 + Math.exp(-logit))))
  const found = outputs.map((output) => new Float32Array(output.length))
  for (let i = 0; i < outputs[0].length; i++) {
    let [top, sum] = [-Infinity, 0]
    for (const output of outputs) top = Math.max(top, output[i])
    for (let k = 0; k < outputs.length; k++) sum += found[k][i] = Math.exp(outputs[k][i] - top)
    for (const probability of found) probability[i] /= sum
  }
  return found
}
