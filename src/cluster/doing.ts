/** As whom a request is made that is not made as oneself. */
export interface Posing {
  readonly user: string;
  readonly groups: readonly string[];
}

/** What a request was for. */
export interface Doing {
  /** `get`, `list`, `apply`, `patch`, `delete`, … as RBAC calls it (`apply` is `patch` there, and `create` of what is new). */
  readonly verb: string;
  /** Plural, with its group: `secrets`, `kustomizations.kustomize.toolkit.fluxcd.io`. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly context: string;
  readonly server: string;
  /** What kubectl needs for the same cluster and user: ` --context x`. */
  readonly flags: string;
  /** Absent: nobody is impersonated. */
  readonly posing?: Posing;
  /** Whether the server only says what it would do: nothing is changed, whatever becomes of the answer. */
  readonly dryRun?: boolean;
}

/** `patch secrets x in namespace y`. */
export function sentence(doing: Doing): string {
  return `${doing.verb} ${thing(doing)}`;
}

/** `secrets x in namespace y`. */
export function thing({ resource, namespace, name }: Pick<Doing, 'resource' | 'namespace' | 'name'>): string {
  const what = name === '' ? resource : `${resource} ${name}`;
  return `${what}${namespace === '' ? '' : ` in namespace ${namespace}`}`;
}

/** The kubectl command that looks at the same. */
export function commandFor({ resource, namespace, name, flags }: Doing): string {
  const where = namespace === '' ? '' : ` -n ${namespace}`;
  return `kubectl${flags} get ${resource}${name === '' ? '' : ` ${name}`}${where}`;
}

/** Quotes a word for a POSIX shell, where it needs that. */
export function shellWord(text: string): string {
  return /^[\w./:@=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
