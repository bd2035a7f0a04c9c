/** yaml-read.json: what go-yaml v3.0.4 reads in YAML texts. Recorded by test/peers/yaml-read.test.ts. */
export function record({ runPeersTest }) {
  runPeersTest('yaml-read', ['goyaml-oracle']);
}
