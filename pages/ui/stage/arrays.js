// @ts-check
// Bytes -> numbers, and numbers out of tables.

const KINDS = { uint8: Uint8Array, int32: Int32Array, float32: Float32Array, float64: Float64Array }

/** What core.plots.packing.pack has packed: its header, and its arrays by name, each with its `shape`. */
export function unpack(bytes) {
  // A copy: Streamlit hands out a view into its whole message, where no typed array of floats could begin.
  const buffer = bytes.slice().buffer
  const length = new DataView(buffer).getUint32(0, true)
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)))
  const arrays = {}
  for (const [name, [kind, shape, offset]] of Object.entries(header.arrays)) {
    const size = shape.reduce((product, side) => product * side, 1)
    arrays[name] = Object.assign(new KINDS[kind](buffer, 4 + length + offset, size), { shape })
  }
  return { ...header, arrays }
}

export function sameBytes(first, second) {
  return first?.length === second.length && first.every((byte, place) => byte === second[place])
}

/** The row of a matrix. */
export function row(matrix, place) {
  const size = matrix.length / matrix.shape[0]
  return matrix.subarray(place * size, (place + 1) * size)
}

/** The whole numbers from 0 to 15 that lie two in a byte, the first of them in the lower four bits. */
export function fourBits(bytes) {
  return Uint8Array.from({ length: 2 * bytes.length }, (_nothing, place) => (bytes[place >> 1] >> (4 * (place & 1))) & 15)
}

/** The value at x of a function that is tabulated evenly from `low` to `high`; straight between two entries. */
export function lookUp(table, low, high, x) {
  const place = ((x - low) / (high - low)) * (table.length - 1)
  const left = Math.max(0, Math.min(table.length - 2, Math.floor(place)))
  return table[left] + (table[left + 1] - table[left]) * (place - left)
}

/** The value of a table [rows, columns] at shares of the way along its columns and rows; bilinear between entries. */
export function lookUpGrid(table, along, across) {
  const [rows, columns] = table.shape
  const [x, y] = [clamp(along, 0, 1) * (columns - 1), clamp(across, 0, 1) * (rows - 1)]
  const [left, low] = [Math.min(columns - 2, Math.floor(x)), Math.min(rows - 2, Math.floor(y))]
  const on = (line) => table[line * columns + left] * (1 - x + left) + table[line * columns + left + 1] * (x - left)
  return on(low) * (1 - y + low) + on(low + 1) * (y - low)
}

/** The value at a place between the rows of a trace: `trace` has the shape [steps, ...]. Writes into `into`. */
export function between(trace, place, into) {
  const size = trace.length / trace.shape[0]
  const left = Math.max(0, Math.min(trace.shape[0] - 1, Math.floor(place)))
  const right = Math.min(trace.shape[0] - 1, left + 1)
  const share = Math.max(0, Math.min(1, place - left))
  for (let i = 0; i < size; i++) {
    into[i] = trace[left * size + i] * (1 - share) + trace[right * size + i] * share
  }
  return into
}

export function clamp(value, low, high) {
  return Math.max(low, Math.min(high, value))
}
