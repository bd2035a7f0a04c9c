import path from 'node:path';
import { pgpSource } from '../../../src/keys/pgp/pgp-source.ts';
import type { System } from '../../../src/system/system.ts';
import { describeKeySource } from '../contract.ts';
import { keyFile, vectors, worldWith } from './world.ts';

const { fingerprints, passphrase } = vectors;

describeKeySource('PGP with key files', () => {
  const reads = new Map<System, number>();
  const systemWith = (names: readonly string[], answers: readonly string[]): System => {
    const variables = { SOPSKIT_PGP_KEY_FILES: names.map(keyFile).join(path.delimiter) };
    const { system } = worldWith(variables, answers);
    const { files } = system;
    const counted: System = {
      ...system,
      files: {
        ...files,
        cwd: files.cwd,
        home: null,
        read(file) {
          reads.set(counted, (reads.get(counted) ?? 0) + 1);
          return files.read(file);
        },
      },
    };
    return counted;
  };
  return {
    source: pgpSource,
    recipients: `${fingerprints.bob},${fingerprints.alice},${fingerprints.aliceRsa}!`,
    invalidRecipients: `${fingerprints.bob},,${fingerprints.alice}`,
    owner: () => systemWith(['alice.key.asc', 'bob.key.asc'], [passphrase]),
    stranger: () => systemWith(['signer.key.asc'], []),
    canaries: [passphrase],
    loads: (system) => reads.get(system) ?? 0,
  };
});
