import path from 'node:path';
import { SopskitError } from '../../../errors/sopskit-error.ts';
import { identitiesIn } from '../../../keys/age/find-identities.ts';
import type { FoundIdentity } from '../../../keys/age/found-identity.ts';
import { type GeneratedKind, generateIdentity } from '../../../keys/age/generate.ts';
import { requireSavable, saveInDefaultFile, saveInNewFile } from '../../../keys/age/key-file.ts';
import { isPluginRecipient, parseRecipient } from '../../../keys/age/recipient-text.ts';
import { Secret } from '../../../secret/secret.ts';
import type { System } from '../../../system/system.ts';

/** An identity that takes the place of another one. */
export interface ReplacingIdentity {
  readonly recipient: string;
  /** `AGE-SECRET-KEY-1…` without a line end. */
  readonly text: Secret;
  /** Where it is saved. */
  readonly place: string;
}

/** Who names recipients already: what decides between identities that were half made. */
export interface KnownRecipients {
  readonly inFiles: ReadonlySet<string>;
  readonly inSecrets: ReadonlySet<string>;
}

/**
 * Chooses, among the identities of this machine, the one that was made to replace the old one by a run that was stopped:
 * the one that files know, else the one that Secrets know, else the first. `null`: there is none. Throws
 * `cluster-key.refused` where files or Secrets know several.
 */
export function chooseReplacing<Identity extends Pick<FoundIdentity, 'recipient' | 'replaces'>>(
  found: readonly Identity[],
  old: string,
  known: KnownRecipients,
): Identity | null {
  const made = found.filter(({ replaces, recipient }) => replaces === old && recipient !== old);
  for (const names of [known.inFiles, known.inSecrets]) {
    const named = made.filter(({ recipient }) => names.has(recipient));
    const [only] = named;
    if (named.length > 1) throw several(old, named);
    if (only !== undefined) return only;
  }
  return made[0] ?? null;
}

/**
 * The same where a post-quantum key is asked for: others that were made, and that nobody knows, are passed over. Throws
 * `cluster-key.refused` where one is in use already.
 */
export function chooseHybrid<Identity extends Pick<FoundIdentity, 'recipient' | 'replaces' | 'kind'>>(
  found: readonly Identity[],
  old: string,
  known: KnownRecipients,
): Identity | null {
  const isKnown = (recipient: string): boolean =>
    known.inFiles.has(recipient) || known.inSecrets.has(recipient);
  const chosen = chooseReplacing(
    found.filter(({ kind, recipient }) => kind === 'hybrid' || isKnown(recipient)),
    old,
    known,
  );
  if (chosen === null || chosen.kind === 'hybrid') return chosen;
  throw new SopskitError(
    'cluster-key.refused',
    `the rotation was begun with ${chosen.recipient}, which is no post-quantum key`,
    { hint: 'Finish it without --post-quantum, and rotate the new key then.' },
  );
}

/** Refuses what Flux has no identity of, or what is no age recipient at all. Throws `cluster-key.refused`, `key.invalid`. */
export function requireRotatable(recipient: string): GeneratedKind {
  if (/^age1pq1[0-9a-z]+$/.test(recipient)) return 'hybrid';
  const isPlugin = isPluginRecipient(recipient) || /^age1tag(?:pq)?1/.test(recipient);
  if (recipient.startsWith('age1') && !isPlugin) {
    parseRecipient(recipient); // one that is cut short, or mistyped, is no plugin's
    return 'x25519';
  }
  const [what, hint] = recipient.startsWith('ssh-')
    ? [
        'an SSH key',
        'Flux reads none. Give the files an age recipient of their own first: sopskit init makes one.',
      ]
    : /^(?:0x)?[0-9A-Fa-f\s]{16,}$/.test(recipient)
      ? [
          'a PGP key',
          'Make a new one with gpg, put it beside the old one (sopskit keys install), and change .sops.yaml; sopskit rekey does the files.',
        ]
      : recipient.startsWith('age1')
        ? [
            'the recipient of a plugin',
            'Its identity is in a device. Replace it in .sops.yaml; sopskit rekey does the files.',
          ]
        : ['no age recipient', 'It begins with age1, as .sops.yaml has it. sopskit keys audit lists them.'];
  throw new SopskitError(
    'cluster-key.refused',
    `keys rotate replaces age keys, and what was given is ${what}`,
    { hint },
  );
}

/** Reads the identities of a file that `--output` names and that sops would not look into. They are wiped by the caller. */
export async function identitiesOfOutput(
  system: System,
  output: string | null,
): Promise<readonly FoundIdentity[]> {
  if (output === null) return [];
  const file = path.resolve(system.files.cwd, output);
  const bytes = system.files.kindOf(file) === 'file' ? system.files.read(file) : null;
  if (bytes === null) return [];
  try {
    return (await identitiesIn(system, bytes, { place: output, file })).found;
  } finally {
    bytes.fill(0);
  }
}

/**
 * Makes an identity and saves it, in the default key file or in a new file, with a comment above it that names the
 * recipient that it replaces: a run that is stopped after that finds it again. Throws `identity.*`, `file.*`.
 */
export async function makeReplacing(
  system: System,
  old: string,
  kind: GeneratedKind,
  output: string | null,
): Promise<ReplacingIdentity> {
  const { recipient, file } = await generateIdentity(system, kind);
  const commented = file.lend((bytes) => commentedFile(bytes, old));
  try {
    return { recipient, text: lastLine(file), place: save(system, commented, output) };
  } finally {
    commented.wipe();
    file.wipe();
  }
}

/** Saves one that only a Secret has, as `makeReplacing` would have. Throws `identity.*`, `file.*`. */
export function saveReplacing(
  system: System,
  old: string,
  { recipient, text, place }: ReplacingIdentity,
  output: string | null,
): ReplacingIdentity {
  const head = Buffer.from(`# taken from ${place}\n# public key: ${recipient}\n# replaces: ${old}\n`);
  const file = text.lend((bytes) => new Secret(Buffer.concat([head, bytes, Buffer.from('\n')])));
  try {
    return { recipient, text, place: save(system, file, output) };
  } finally {
    file.wipe();
  }
}

/** Stands for an identity that is not made yet, to ask servers what they would do. Saved nowhere; the caller wipes it. */
export async function throwAway(
  system: System,
  kind: GeneratedKind,
): Promise<Pick<ReplacingIdentity, 'recipient' | 'text'> & { readonly place: null }> {
  const { recipient, file } = await generateIdentity(system, kind);
  const text = lastLine(file);
  file.wipe();
  return { recipient, text, place: null };
}

/** Refuses, before anything is made, a place where a new identity cannot be saved. Throws `identity.*`, `file.*`. */
export function requirePlace(system: System, output: string | null): void {
  requireSavable(system, output === null ? null : path.resolve(system.files.cwd, output));
}

function save(system: System, file: Secret, output: string | null): string {
  const saved =
    output === null
      ? saveInDefaultFile(system, file)
      : saveInNewFile(system, path.resolve(system.files.cwd, output), file);
  if (saved.open) system.warn(`others can read the key file ${saved.path}: chmod 600 closes it`);
  return saved.path;
}

function lastLine(file: Secret): Secret {
  return file.lend((bytes) => new Secret(bytes.slice(keyStart(bytes), bytes.lastIndexOf(newline))));
}

const newline = 0x0a;

/** The comment stands right above the key. */
function commentedFile(bytes: Uint8Array, old: string): Secret {
  const start = keyStart(bytes);
  const comment = Buffer.from(`# replaces: ${old}\n`);
  return new Secret(
    Uint8Array.from(Buffer.concat([bytes.subarray(0, start), comment, bytes.subarray(start)])),
  );
}

function keyStart(bytes: Uint8Array): number {
  return bytes.subarray(0, bytes.lastIndexOf(newline)).lastIndexOf(newline) + 1;
}

function several(old: string, named: readonly Pick<FoundIdentity, 'recipient'>[]): SopskitError {
  const names = named.map(({ recipient }) => recipient).join(', ');
  return new SopskitError(
    'cluster-key.refused',
    `several identities that replace ${old} are in use already: ${names}`,
    {
      hint: `Two rotations of one key were begun. Rotate one of the new keys into another: sopskit keys rotate ${named.at(-1)?.recipient}`,
    },
  );
}
