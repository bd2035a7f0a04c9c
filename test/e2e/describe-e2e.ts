import { describe, inject, it } from 'vitest';
import { peer } from '../peers/peers.ts';
import { findBinaries } from './control-plane/binaries.ts';
import { ControlPlane } from './control-plane.ts';

/**
 * Describes tests that need a Kubernetes API server and Flux's controllers. `define` gets the control plane that all
 * files share (make a namespace a test: `createNamespace`, `startScene`), and the paths of the `tools` it names
 * (`kustomize`, `helm`, `age-keygen`, … as `describePeers`). Without the programs the tests say "skipped"; with
 * `SOPSKIT_REQUIRE_PEERS=1` they fail.
 */
export function describeE2e<Name extends string = never>(
  title: string,
  tools: readonly Name[],
  define: (controlPlane: ControlPlane, tools: Readonly<Record<Name, string>>) => void,
): void {
  const address = inject('controlPlane');
  const found = tools.map((name) => [name, peer(name)] as const);
  const missing = [
    ...(address === null ? findBinaries().missing : []),
    ...found.filter(([, file]) => file === null).map(([name]) => name),
  ];
  if (address !== null && missing.length === 0) {
    const paths = Object.fromEntries(found) as Record<Name, string>;
    describe(title, () => define(new ControlPlane(address), paths));
    return;
  }
  const reason = `needs ${missing.join(', ')}`;
  if (process.env['SOPSKIT_REQUIRE_PEERS'] === '1') throw new Error(`${title} ${reason}`);
  describe.skip(`${title} (${reason})`, () => {
    it('waits for the tools', () => {});
  });
}
