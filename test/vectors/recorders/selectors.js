/** selectors.json: what sops 3.13.3 encrypts of random trees under random selectors. Recorded by test/peers/selector.test.ts. */
export function record({ runPeersTest }) {
  runPeersTest('selector', ['sops', 'age-keygen']);
}
