// The same computation without tensors: a neuron is an object, and every number is multiplied on its own.

class Neuron {
  constructor() {
    Object.assign(this, { inputs: [], outputs: [], bias: 0.1, sum: 0, output: 0, slope: 0, biasSlope: 0, count: 0 })
  }

  compute() {
    let sum = this.bias
    for (const link of this.inputs) sum += link.weight * link.from.output
    this.sum = sum
    this.output = Math.tanh(sum)
  }
}

function build(sizes) {
  const layers = []
  for (const size of sizes) {
    const layer = Array.from({ length: size }, () => new Neuron())
    for (const neuron of layers.length ? layer : []) {
      for (const from of layers.at(-1)) {
        const link = { from, to: neuron, weight: Math.random() - 0.5, slope: 0, count: 0 }
        from.outputs.push(link)
        neuron.inputs.push(link)
      }
    }
    layers.push(layer)
  }
  return layers
}

function forward(layers, features) {
  layers[0].forEach((neuron, place) => (neuron.output = features[place]))
  for (const layer of layers.slice(1)) for (const neuron of layer) neuron.compute()
}

function backward(layers, target) {
  const [last] = layers.at(-1)
  last.slope = last.output - target
  for (let depth = layers.length - 1; depth > 0; depth--) {
    for (const neuron of layers[depth]) {
      neuron.slope *= 1 - neuron.output ** 2
      neuron.biasSlope += neuron.slope
      neuron.count++
      for (const link of neuron.inputs) {
        link.slope += neuron.slope * link.from.output
        link.count++
      }
    }
    if (depth === 1) break
    for (const neuron of layers[depth - 1]) {
      neuron.slope = 0
      for (const link of neuron.outputs) neuron.slope += link.weight * link.to.slope
    }
  }
}

function update(layers, rate) {
  for (const layer of layers.slice(1)) {
    for (const neuron of layer) {
      neuron.bias -= (rate * neuron.biasSlope) / neuron.count
      neuron.biasSlope = neuron.count = 0
      for (const link of neuron.inputs) {
        link.weight -= (rate * link.slope) / link.count
        link.slope = link.count = 0
      }
    }
  }
}

function best(work, rounds = 7, times = 10) {
  for (let time = 0; time < 2 * times; time++) work() // until it is compiled
  const taken = Array.from({ length: rounds }, () => {
    const began = performance.now()
    for (let time = 0; time < times; time++) work()
    return (performance.now() - began) / times
  })
  return Math.min(...taken)
}

/** Milliseconds of an epoch on 250 points in batches of 10, and of every neuron on a 100x100 grid. */
function measure(sizes) {
  const layers = build(sizes)
  const draw = () => Array.from({ length: sizes[0] }, () => 6 * Math.random() - 3)
  const points = Array.from({ length: 250 }, draw).map((features) => [features, Math.sign(features[0] * features[1])])
  const epoch = () => points.forEach(([features, target], place) => {
    forward(layers, features)
    backward(layers, target)
    if ((place + 1) % 10 === 0) update(layers, 0.03)
  })
  const maps = layers.map((layer) => layer.map(() => new Float64Array(10000)))
  const grid = () => {
    for (let cell = 0; cell < 10000; cell++) {
      forward(layers, Array.from({ length: sizes[0] }, (_, place) => (place % 2 ? cell % 100 : cell / 100) / 9 - 5))
      layers.forEach((layer, depth) => layer.forEach((neuron, place) => (maps[depth][place][cell] = neuron.output)))
    }
  }
  return [best(epoch), best(grid)]
}
