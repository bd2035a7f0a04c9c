/** config.json: .sops.yaml files, and what sops 3.13.3 did with each. Recorded by test/peers/config.test.ts. */
export function record({ runPeersTest }) {
  runPeersTest('config', ['sops']);
}
