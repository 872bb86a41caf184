// @ts-check

/**
 * What softmax and cross-entropy make of one sample's logits, as nn.CrossEntropyLoss()(logits / temperature, target):
 * e to the power of each, their shares of the sum, the loss, and its gradient on each logit.
 */
export function crossEntropy(logits, target, temperature = 1) {
  const scaled = logits.map((logit) => logit / temperature)
  const largest = Math.max(...scaled) // taken away first, so that no power overflows
  const powers = scaled.map((logit) => Math.exp(logit - largest))
  const sum = powers.reduce((total, power) => total + power)
  const probabilities = powers.map((power) => power / sum)
  return {
    powers: scaled.map(Math.exp),
    probabilities,
    loss: Math.log(sum) - (scaled[target] - largest),
    gradients: probabilities.map((p, k) => (p - (k === target ? 1 : 0)) / temperature),
  }
}
