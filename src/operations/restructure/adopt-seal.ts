import path from 'node:path';
import { resolveRule } from '../../config/encryption-rule.ts';
import { defaultSelector } from '../../config/selector.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { AdoptedFile } from '../../flux/restructure/adopt.ts';
import { join } from '../../flux/restructure/place-path.ts';
import { formatNamed } from '../../formats/registry.ts';
import { keySources } from '../../keys/registry.ts';
import { reviewSecrets } from '../../manifests/review-secrets.ts';
import { Configurations } from '../../repository/configurations.ts';
import type { Snapshot } from '../../repository/snapshot.ts';
import { encryptDocument } from '../../sops/encrypt.ts';
import { Keyring } from '../../sops/keyring.ts';
import type { System } from '../../system/system.ts';
import type { Mapping } from '../../tree/value.ts';

/** How files with secrets are called. The first that a rule takes is the one. */
const endings = [
  '.yaml',
  '.sops.yaml',
  '.enc.yaml',
  '.secret.yaml',
  '.yml',
  '.sops.yml',
  '.enc.yml',
  '.secret.yml',
];

/**
 * Encrypts a Secret's manifest for the rule of its place, under the first name that a rule takes; the plaintext stays in
 * memory. Throws `config.*`, `key.*`, `sops.readable-secret`.
 */
export async function sealedFile(
  system: System,
  snapshot: Snapshot,
  folder: string,
  stem: string,
  tree: Mapping,
): Promise<AdoptedFile> {
  const configurations = new Configurations(system, snapshot, null);
  for (const ending of endings) {
    const file = join(folder, stem + ending);
    const configuration = await configurations.nearest(file);
    if (configuration === null) throw noConfiguration(file);
    const { rule } = await configuration.matcher.match(path.join(snapshot.root, file));
    if (rule === null) continue;
    const { keyGroups, shamirThreshold, selector, macOnlyEncrypted } = resolveRule(rule, keySources);
    const policy = { keyGroups, shamirThreshold, selector: selector ?? defaultSelector, macOnlyEncrypted };
    const yaml = await formatNamed('yaml');
    const plain = yaml.parse(yaml.emit([tree], { indent: 2 }));
    const bytes = await encryptDocument(plain, policy, {
      system,
      keyring: new Keyring(system, keySources),
      style: { indent: 2 },
      review: (document, readable) => reviewSecrets(document.data, readable),
    });
    return { path: file, bytes };
  }
  throw new SopskitError(
    'config.no-match',
    `no creation rule of .sops.yaml is for ${join(folder, `${stem}.yaml`)}`,
    {
      hint: 'Secrets are encrypted before they are written: add a rule for the folder with `sopskit init FOLDER --add-rule`, commit it, and begin again.',
    },
  );
}

function noConfiguration(file: string): SopskitError {
  return new SopskitError(
    'config.missing',
    `there is no .sops.yaml for ${file}, in its folder or above: nobody could open the Secret`,
    { hint: '`sopskit init` makes one, with a key if you have none; commit it, and begin again.' },
  );
}
