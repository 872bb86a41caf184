// @ts-check
// loss = (w · x + b − target)² and its gradients, the same numbers as torch's, for each step of a trace.

// The derivative along each edge of the graph.
const LOCALS = {
  "loss error": ({ error }) => 2 * error,
  "error y": () => 1,
  "y z": () => 1,
  "y b": () => 1,
  "z w": ({ x }) => x,
}

/** The value of each tensor. */
export function forward({ x, w, b, target }) {
  const z = w * x
  const y = z + b
  const error = y - target
  return { x, w, b, target, z, y, error, loss: error ** 2 }
}

/** What each step of a trace leaves: `arrived` and `grads` by tensor, `passed` by edge, and the `flow` along its own. */
export function replay(steps, parameters, values) {
  let [arrived, grads, passed] = [{}, {}, {}]
  return steps.map(({ kind, name, to }) => {
    let flow = null
    if (kind === "flow") {
      if (name === "loss") [arrived, passed] = [{ loss: 1 }, {}] // another pass
      const [incoming, local] = [arrived[name], LOCALS[`${name} ${to}`](values)]
      flow = { incoming, local, outgoing: incoming * local, before: grads[to] ?? 0 }
      arrived = { ...arrived, [to]: flow.outgoing }
      passed = { ...passed, [`${name} ${to}`]: flow }
      if (parameters.includes(to)) grads = { ...grads, [to]: flow.before + flow.outgoing }
    }
    if (kind === "end") arrived = {}
    if (kind === "clear") [grads, passed] = [{}, {}]
    return { arrived, grads, passed, flow }
  })
}
