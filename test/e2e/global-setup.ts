import { readFileSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import type { Address } from './control-plane/address.ts';
import { findBinaries } from './control-plane/binaries.ts';
import { startControlPlane } from './control-plane.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The control plane that all files share; `null` where its programs are not installed. */
    controlPlane: Address | null;
  }
}

/**
 * Starts the control plane that all end-to-end tests share, once for a run that has such tests; takes the running one
 * whose address (a JSON `Address`) stands in the file that SOPSKIT_CONTROL_PLANE names, for many short runs.
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (findBinaries().missing.length > 0) {
    project.provide('controlPlane', null);
    return undefined;
  }
  const running = process.env['SOPSKIT_CONTROL_PLANE'];
  if (running !== undefined) {
    project.provide('controlPlane', JSON.parse(readFileSync(running, 'utf8')) as Address);
    return undefined;
  }
  const controlPlane = await startControlPlane();
  project.provide('controlPlane', controlPlane.address);
  return () => controlPlane.stop();
}
