import { resolve } from 'node:path';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { generateIdentity } from '../../keys/age/generate.ts';
import { saveInDefaultFile, saveInNewFile } from '../../keys/age/key-file.ts';
import { listAgePlaces } from '../../keys/age/listing.ts';
import { defaultKeyFiles } from '../../keys/age/sources/default-key-files.ts';
import { readIdentityText } from '../../keys/age/sources/identity-text.ts';
import type { System } from '../../system/system.ts';
import { checkCreatable } from '../creatable.ts';
import type { InitOptions } from './init-options.ts';

/** The user's own key: one that is here, or one to be made. */
export interface OwnKey {
  /** The public half. */
  readonly recipient: string;
  /** The key's file, absolute; `null` where it is in a variable. */
  readonly file: string | null;
  /** As messages name its place. */
  readonly place: string;
  /** Whether sopskit and sops find it by themselves. */
  readonly found: boolean;
  /** Whether sops does not find it because there is no HOME. */
  readonly homeless?: boolean;
  /** Writes a new key; `null` where the key is there. */
  readonly save: (() => Promise<void>) | null;
  /** Throws where a new key could not be written. */
  readonly check: (() => void) | null;
}

/** An identity that is here. */
export interface HereIdentity {
  readonly recipient: string;
  readonly place: string;
  readonly file: string | null;
}

/** Lists the age identities here whose public half is known without asking anybody, in the order in which sops looks. */
export async function identitiesHere(system: System): Promise<HereIdentity[]> {
  const places = await listAgePlaces(system, { runCommands: false });
  const found = places.flatMap(({ listed: { family, place, path, identities } }) =>
    family !== 'age'
      ? []
      : identities.flatMap(({ recipient }) =>
          recipient === null || !recipient.startsWith('age1')
            ? []
            : [
                {
                  recipient,
                  place: path ?? place,
                  file: path === null ? null : resolve(system.files.cwd, path),
                },
              ],
        ),
  );
  return found.filter(
    (one, index) => found.findIndex(({ recipient }) => recipient === one.recipient) === index,
  );
}

/** Places that have identities whose public half cannot be told: plugins, files behind a passphrase, key commands. */
export async function closedIdentities(system: System): Promise<string[]> {
  const places = await listAgePlaces(system, { runCommands: false });
  return places.flatMap(({ listed: { family, place, state, identities } }) =>
    family === 'age' && (state === 'unread' || identities.some(({ recipient }) => recipient === null))
      ? [place]
      : [],
  );
}

/**
 * Finds the user's own key, or makes one (in memory: `save` writes it). `null`: there is none, and none is wanted.
 * Throws `identity.invalid` for a key file without a key, `identity.missing` where a new one has no place.
 */
export async function ownKey(system: System, options: InitOptions): Promise<OwnKey | null> {
  if (options.keyFile !== null) {
    const named = await fromFile(system, options.keyFile);
    if (named !== null) return named;
    return options.generateKey === false ? null : newKey(system, options.keyFile);
  }
  const here = await identitiesHere(system);
  const wanted = here.find(({ recipient }) => recipient === options.ownRecipient) ?? here[0];
  if (wanted !== undefined)
    return {
      ...wanted,
      found: wanted.file === null || isFound(system, wanted.file),
      homeless: wanted.file !== null && isHomeless(system, wanted.file),
      save: null,
      check: null,
    };
  const isWanted = options.generateKey ?? (await closedIdentities(system)).length === 0;
  return isWanted ? newKey(system, namedFile(system)) : null;
}

async function fromFile(system: System, path: string): Promise<OwnKey | null> {
  const bytes = system.files.read(path);
  if (bytes === null) return null;
  const { identities } = readIdentityText(bytes, path, { manyPerLine: false }, system);
  bytes.fill(0);
  for (const identity of identities) {
    const recipient = await identity.publicHalf();
    if (recipient !== null)
      return { recipient, file: path, place: path, found: isFound(system, path), save: null, check: null };
  }
  throw new SopskitError('identity.invalid', 'the file holds no age identity whose public half can be told', {
    place: { file: path },
    hint: 'Name another file, or one that is not there yet: a key is made in it. The public half can be given with --age.',
  });
}

async function newKey(system: System, path: string | null): Promise<OwnKey> {
  const place = path ?? defaultPlace(system);
  if (path === null) checkKeyFile(system, place);
  const { recipient, file } = await generateIdentity(system);
  return {
    recipient,
    file: place,
    place,
    found: isFound(system, place),
    homeless: isHomeless(system, place),
    check: () => checkCreatable(system, place),
    async save() {
      if (path === null) saveInDefaultFile(system, file);
      else saveInNewFile(system, path, file);
      file.wipe();
    },
  };
}

function namedFile({ env, files }: System): string | null {
  const path = env.get('SOPS_AGE_KEY_FILE') || null;
  return path === null ? null : resolve(files.cwd, path);
}

function defaultPlace(system: System): string {
  const { paths, problem } = defaultKeyFiles(system);
  const [place] = paths;
  if (place !== undefined) return place;
  throw new SopskitError('identity.missing', `there is no place for a new key: ${problem}`, {
    hint: 'Name a file with --key-file, or give the recipients (--age age1…) and --no-generate-key.',
  });
}

/** sops reads no key of a file that has a line it cannot read, a new one at its end neither. */
function checkKeyFile(system: System, path: string): void {
  const bytes = system.files.read(path);
  if (bytes === null) return;
  const hasLines = /^(?!#)[^\r\n]/m.test(Buffer.from(bytes).toString('latin1'));
  const { problems } = readIdentityText(bytes, path, { manyPerLine: false }, system);
  bytes.fill(0);
  const [problem] = problems;
  if (!hasLines || problem === undefined) return;
  throw new SopskitError('identity.invalid', `no key can be added to the file: ${problem.text}`, {
    place: { file: path },
    hint: 'Mend the file, or have the key made in another one: --key-file FILE.',
  });
}

/** Says what to do about a key file that may not be read. */
export function withKeyHint(error: unknown): unknown {
  if (!(error instanceof SopskitError) || error.code !== 'file.unreadable' || error.hint !== undefined)
    return error;
  const { code, message, place } = error;
  return new SopskitError(code, message, {
    ...(place === undefined ? {} : { place }),
    hint: 'Look at whose the file is, and who may read it: ls -l. Or name another key file: --key-file FILE.',
    cause: error,
  });
}

/** Without HOME sops does not look in the user's home at all. */
function isFound(system: System, path: string): boolean {
  return (
    (defaultKeyFiles(system).paths.includes(path) && !isHomeless(system, path)) || namedFile(system) === path
  );
}

function isHomeless(system: System, path: string): boolean {
  const { platform, env } = system;
  const isSet = Boolean(env.get('HOME') || env.get('XDG_CONFIG_HOME'));
  return platform !== 'win32' && !isSet && defaultKeyFiles(system).paths.includes(path);
}
