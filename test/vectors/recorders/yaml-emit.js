/** yaml-emit.json: what go-yaml v3.0.4 and we print for trees. Recorded by test/peers/yaml-emit.test.ts. */
export function record({ runPeersTest }) {
  runPeersTest('yaml-emit', ['goyaml-emit-oracle']);
}
