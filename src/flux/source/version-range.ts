/** `v1.2.3-rc.1+build`, as tags have it. */
interface Version {
  readonly numbers: readonly [number, number, number];
  readonly prerelease: string;
}

const pattern = /^v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;

function readVersion(text: string): Version | null {
  const found = pattern.exec(text);
  if (found === null) return null;
  return {
    numbers: [Number(found[1]), Number(found[2]), Number(found[3])],
    prerelease: found[4] ?? '',
  };
}

/** Orders two tags as SemVer does; what is no version goes first. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [readVersion(one), readVersion(other)];
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  return compare(a, b);
}

function compare(a: Version, b: Version): number {
  for (const [index, number] of a.numbers.entries()) {
    const difference = number - (b.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return comparePrereleases(a.prerelease, b.prerelease);
}

function comparePrereleases(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '' || b === '') return a === '' ? 1 : -1;
  const [left, right] = [a.split('.'), b.split('.')];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const [one, other] = [left[index], right[index]];
    if (one === undefined || other === undefined) return one === undefined ? -1 : 1;
    if (one === other) continue;
    const numeric = [/^\d+$/.test(one), /^\d+$/.test(other)];
    if (numeric[0] === true && numeric[1] === true) return Number(one) - Number(other);
    if (numeric[0] !== numeric[1]) return numeric[0] === true ? -1 : 1;
    return one < other ? -1 : 1;
  }
  return 0;
}

/**
 * Whether a tag is in a range, as Masterminds/semver has it: `>=1.0.0 <2.0.0`, `~1.2`, `^1`, `1.x`, `1.0 - 2.0`, `||`.
 * Pre-releases fit only where the range names one.
 */
export function satisfies(tag: string, range: string): boolean {
  const version = readVersion(tag);
  return version !== null && range.split('||').some((part) => fitsAll(version, part));
}

function fitsAll(version: Version, part: string): boolean {
  const hyphen = part.replace(/(\S+)\s+-\s+(\S+)/g, '>=$1 <=$2');
  const conditions = hyphen.match(/(?:[<>=!~^]+\s*)?[vxX*\d][^\s,<>=!~^]*/g) ?? [];
  if (conditions.length === 0) return false;
  const namesPrerelease = conditions.some((condition) => /\d-/.test(condition));
  if (version.prerelease !== '' && !namesPrerelease) return false;
  return conditions.every((condition) => fits(version, condition));
}

function fits(version: Version, condition: string): boolean {
  const [, operator = '', text = ''] = /^([<>=!~^]*)\s*v?(.*)$/.exec(condition) ?? [];
  const [core = '', prerelease = ''] = text.split('+')[0]?.split(/-(.*)/s) ?? [];
  const parts = core.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : null));
  const open = parts.indexOf(null);
  const given = open < 0 ? Math.min(parts.length, 3) : open;
  const low: Version = { numbers: [parts[0] ?? 0, parts[1] ?? 0, parts[2] ?? 0], prerelease };
  const order = compare(version, low);
  const within = order >= 0 && below(version, low, given - 1);
  switch (operator) {
    case '!=':
      return given < 3 ? !within : order !== 0;
    case '>':
      return given < 3 ? order > 0 && !below(version, low, given - 1) : order > 0;
    case '>=':
    case '=>':
      return order >= 0;
    case '<':
      return order < 0;
    case '<=':
    case '=<':
      return order <= 0 || (given < 3 && within);
    case '~':
    case '~>':
      // to Masterminds/semver, ~0.0.0 is everything
      return isZero(low, given) || (order >= 0 && below(version, low, Math.min(given - 1, 1)));
    case '^':
      return order >= 0 && below(version, low, leading(low, given));
    default:
      return given < 3 ? within : order === 0;
  }
}

/** Whether the numbers up to an index are those of the lower end; -1: there is no upper end. */
function below(version: Version, low: Version, upTo: number): boolean {
  return version.numbers.every((number, index) => index > upTo || number === low.numbers[index]);
}

function isZero({ numbers }: Version, given: number): boolean {
  return given === 3 && numbers.every((number) => number === 0);
}

/** The number that `^` holds fast: the first that is not 0. */
function leading({ numbers }: Version, given: number): number {
  const first = numbers.findIndex((number) => number !== 0);
  return first < 0 ? given - 1 : Math.min(first, given - 1);
}
