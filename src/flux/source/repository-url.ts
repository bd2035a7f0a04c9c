/** What names a repository on the network, without how it is spoken to. */
interface Address {
  readonly host: string;
  /** `null`: the scheme's own. */
  readonly port: string | null;
  readonly scheme: string;
  readonly path: string;
}

const ownPorts: Readonly<Record<string, string>> = { http: '80', https: '443', ssh: '22', git: '9418' };
/** GitHub and GitLab take ssh on port 443 under a name of its own. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['ssh.github.com', 'github.com'],
  ['altssh.gitlab.com', 'gitlab.com'],
  ['altssh.bitbucket.org', 'bitbucket.org'],
]);

/**
 * Whether two addresses name one repository: `git@github.com:me/fleet.git`, `ssh://git@github.com/me/fleet` and
 * `https://github.com/me/fleet/` do. Users, `.git`, slashes at the end and case play no part; ports only where both speak
 * the same way.
 */
export function isSameRepository(one: string, other: string): boolean {
  if (one === other) return true;
  const [a, b] = [readAddress(one), readAddress(other)];
  if (a === null || b === null) return false;
  const portsDiffer = a.scheme === b.scheme && a.port !== b.port;
  return a.host === b.host && a.path === b.path && !portsDiffer;
}

function readAddress(text: string): Address | null {
  const scp = /^(?:[^@/\s]+@)?([^:/\s[\]]+):(?!\/\/)(.+)$/.exec(text);
  if (scp !== null) return addressOf('ssh', scp[1] ?? '', null, scp[2] ?? '');
  const url = /^([a-z][a-z0-9+]*):\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/]+)(?::(\d+))?\/(.*)$/i.exec(text);
  if (url === null) return null;
  const [, scheme = '', host = '', port = null, path = ''] = url;
  return addressOf(scheme.toLowerCase(), host, port ?? null, path);
}

function addressOf(scheme: string, host: string, port: string | null, path: string): Address {
  const lower = host.toLowerCase();
  return {
    scheme,
    host: aliases.get(lower) ?? lower,
    port: port === ownPorts[scheme] || aliases.has(lower) ? null : port,
    path: path
      .replace(/^\/+/, '')
      .replace(/\/+$/, '')
      .replace(/\.git$/i, '')
      .toLowerCase(),
  };
}
