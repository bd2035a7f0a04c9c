import { ageSource } from '../../../src/keys/age/age-source.ts';
import { fakeSystem } from '../../system/fake-system.ts';
import { describeKeySource } from '../contract.ts';
import { ageVectors } from './age-vectors.ts';

const { x25519, pq, ssh } = ageVectors;
const keysFile = '/fake/home/.config/sops/age/keys.txt';

describeKeySource('age', () => ({
  source: ageSource,
  recipients: [x25519.recipient, pq.recipient, ssh.ed25519.publicKey, ssh.rsa.publicKey].join(', '),
  invalidRecipients: `${x25519.recipient},${x25519.identity}`,
  owner: () =>
    fakeSystem({
      files: {
        [keysFile]: x25519.keyFile + pq.keyFile,
        '/fake/home/.ssh/id_ed25519': ssh.ed25519.privateKey,
        '/fake/home/.ssh/id_rsa': ssh.rsa.privateKey,
      },
    }),
  stranger: () =>
    fakeSystem({
      env: {
        SOPS_AGE_KEY: `${x25519.identity.slice(0, -1)} not-an-identity`,
        SOPS_AGE_KEY_FILE: pq.identity,
      },
      files: {
        [keysFile]: ssh.rsa.privateKey,
        '/fake/home/.ssh/id_ed25519': ssh.ed25519.privateKey.slice(0, 250),
      },
    }),
  canaries: [
    x25519.identity,
    x25519.identity.slice(20, 40),
    pq.identity,
    pq.identity.slice(20, 40),
    ssh.ed25519.privateKey,
    ...ssh.rsa.privateKey.split('\n').slice(5, 9),
    ...ssh.ed25519.privateKey.split('\n').slice(3, 5),
  ],
  loads: (system) => ('reads' in system && Array.isArray(system.reads) ? system.reads.length : -1),
}));
