/** formats.json: random JSON, dotenv and INI files that sops 3.13.3 encrypted, with their TEST data keys. Recorded by test/peers/formats.test.ts. */
export function record({ runPeersTest }) {
  runPeersTest('formats', ['sops', 'age-keygen']);
}
