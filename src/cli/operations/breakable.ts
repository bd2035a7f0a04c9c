import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Document } from '../../formats/format.ts';
import { brokenBySops } from '../../manifests/flux-objects.ts';

/**
 * Says what in a file a `sops` block would break; `null` for nothing, and for a file that is sealed as a whole, which is
 * no manifest any more.
 */
export function breakableIn(name: string, plain: Document): string | null {
  return plain.format.name === 'binary' ? null : brokenBySops(name, plain.branches);
}

/** Refuses to encrypt what a `sops` block would break. Throws `manifest.refused`. */
export function refuseBreakable(name: string, plain: Document, anyKind: boolean | undefined): void {
  const broken = anyKind === true ? null : breakableIn(name, plain);
  if (broken !== null) throw breaking(broken, false);
}

/** `holdsSecret`: whether the file has a Secret beside it. */
export function breaking(broken: string, holdsSecret: boolean): SopskitError {
  const way = holdsSecret
    ? 'Move the Secret that is in it into a file of its own, and encrypt that.'
    : 'Put what is secret into a Secret in a file of its own, and encrypt that.';
  return new SopskitError('manifest.refused', `the file holds ${broken}`, {
    hint: `${way} --any-kind encrypts the file all the same.`,
  });
}
