import { SopskitError } from '../errors/sopskit-error.ts';
import type { System } from '../system/system.ts';

/**
 * Makes this process, and all it starts, run as another user, with that user's groups. Returns the variables that
 * follow the user. Throws `process.failed`. There is no way back.
 */
export async function switchUser(system: System, user: string): Promise<Readonly<Record<string, string>>> {
  const { initgroups } = process as { initgroups?: (user: string, group: number) => void };
  if (system.platform === 'win32' || initgroups === undefined) {
    throw new SopskitError('process.failed', '--user does not work on this system');
  }
  const entry = await readEntry(system, user);
  try {
    initgroups.call(process, entry.name, entry.gid);
    process.setgid?.(entry.gid);
    process.setuid?.(entry.uid);
  } catch (error) {
    throw new SopskitError('process.failed', `cannot become the user ${JSON.stringify(user)}`, {
      hint: '--user needs root',
      cause: error,
    });
  }
  return { HOME: entry.home, USER: entry.name, LOGNAME: entry.name };
}

interface UserEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** Asks the system's user database, of which `/etc/passwd` is one part; where there is no `getent`, that part. */
async function readEntry(system: System, user: string): Promise<UserEntry> {
  const entry =
    system.processes.find('getent') === null ? readPasswd(system, user) : await askGetent(system, user);
  if (entry === null) throw new SopskitError('process.failed', `there is no user ${JSON.stringify(user)}`);
  return entry;
}

async function askGetent(system: System, user: string): Promise<UserEntry | null> {
  const { status, stdout } = await system.processes.run('getent', ['passwd', '--', user]);
  return status === 0 ? findEntry(stdout, user) : null;
}

function readPasswd(system: System, user: string): UserEntry | null {
  return findEntry(system.files.read('/etc/passwd') ?? new Uint8Array(), user);
}

function findEntry(passwd: Uint8Array, user: string): UserEntry | null {
  for (const line of new TextDecoder().decode(passwd).split('\n')) {
    const [name, , uid = '', gid = '', , home = ''] = line.split(':');
    if (name !== user || !/^\d+$/u.test(uid) || !/^\d+$/u.test(gid)) continue;
    return { name, uid: Number(uid), gid: Number(gid), home };
  }
  return null;
}
