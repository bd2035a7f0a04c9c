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

/** Starts the control plane that all end-to-end tests share, once for a run that has such tests. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (findBinaries().missing.length > 0) {
    project.provide('controlPlane', null);
    return undefined;
  }
  const controlPlane = await startControlPlane();
  project.provide('controlPlane', controlPlane.address);
  return () => controlPlane.stop();
}
