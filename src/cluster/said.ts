import { withoutIdentities } from '../errors/without-identities.ts';
import type { Mapping } from '../tree/value.ts';
import type { Doing } from './doing.ts';
import { itemsIn, textIn } from './fields.ts';

/**
 * What the server said, without the values that it repeats: of a field that is wrong, its path and what it should be.
 * Of a Secret only what the API server's own checks are known to say: a webhook and a ValidatingAdmissionPolicy put
 * into message, causes and fields what they like, also what the Secret holds.
 */
export function reasonText(status: Mapping, { resource }: Doing): string {
  const reason = textIn(status, 'reason');
  const message = textIn(status, 'message');
  const causes = itemsIn(status, 'details', 'causes');
  if (resource === 'secrets') return ofSecret(message, causes) || reason || unshown;
  const told = causes.map((cause) => {
    const field = textIn(cause, 'field');
    const why = withoutValue(textIn(cause, 'message'));
    return field === '' ? why : `${field}: ${why}`;
  });
  if (told.length > 0) return withoutIdentities(firstOf(told));
  return withoutIdentities(withoutValue(message) || reason || 'it gave no reason');
}

const unshown = 'what it said may hold a value, and is not shown';

function ofSecret(message: string, causes: readonly Mapping[]): string {
  const gate = gateIn(message);
  if (gate !== null)
    return `${gate} denied it (what it says may hold a value of the Secret, and is not shown)`;
  const told = causes.filter((cause) => fieldPath.test(textIn(cause, 'field'))).map(fieldText);
  if (told.length > 0) return withoutIdentities(firstOf(told));
  const own = ownShapes.map((shape) => shape.exec(message)?.[0]).find((found) => found !== undefined);
  return withoutIdentities(own ?? firstOf(message.match(aboutField) ?? []));
}

function firstOf(texts: readonly string[]): string {
  return [...new Set(texts)].slice(0, 5).join('; ');
}

/** A field, and why it is refused where that is a sentence that the API server is known to say. */
function fieldText(cause: Mapping): string {
  const message = textIn(cause, 'message');
  const why = knownCauses.find((one) => message.includes(one)) ?? causeReasons.get(textIn(cause, 'reason'));
  return `${textIn(cause, 'field')}: ${why ?? 'it is refused'}`;
}

const fieldPath = /^[\w.[\]/-]{1,200}$/;

const knownCauses: readonly string[] = [
  'field is immutable when `immutable` is set',
  'field is immutable',
  'may not be more than 1048576 bytes',
  'a valid config key must consist of alphanumeric characters',
  'a valid label must be an empty string or consist of alphanumeric characters',
  'a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters',
];

const causeReasons: ReadonlyMap<string, string> = new Map([
  ['FieldValueInvalid', 'its value is not accepted'],
  ['FieldValueForbidden', 'it may not be set so'],
  ['FieldValueRequired', 'it must be there'],
  ['FieldValueTooLong', 'it is too long'],
  ['FieldValueNotSupported', 'its value is none that there are'],
  ['FieldValueDuplicate', 'its value is there twice'],
]);

/** What stopped the request on its way in: its kind and name, without what it says. `null`: nothing is known to. */
export function gateIn(message: string): string | null {
  const webhook = /admission webhook "([\w.-]+)"/.exec(message)?.[1];
  if (webhook !== undefined) return `the admission webhook ${webhook}`;
  const policy = /ValidatingAdmissionPolicy '([\w.-]+)'/.exec(message)?.[1];
  return policy === undefined ? null : `the ValidatingAdmissionPolicy ${policy}`;
}

/** Messages of the API server that name no more than objects, byte counts and quotas. */
const ownShapes: readonly RegExp[] = [
  /illegal base64 data at input byte \d+/,
  /Request entity too large: limit is \d+/,
  /exceeded quota: [\w.-]+, requested: [\w.=/,-]+, used: [\w.=/,-]+, limited: [\w.=/,-]+/,
  /Operation cannot be fulfilled on [\w.]+ "[\w.-]+": the object has been modified/,
  /[\w.]+ "[\w.-]+" (?:not found|already exists)/,
];

/** What the schema's checks say, which name fields only. */
const aboutField = /\.[\w.[\]-]*: (?:field not declared in schema|expected \w+)|unknown field "[^"]*"/g;

/** `Invalid value: "x": must be y` without the `x` (apimachinery, field.Error). */
export function withoutValue(message: string): string {
  return message.replace(
    /\b(Invalid|Unsupported|Duplicate) value: (?:"(?:[^"\\]|\\.)*"|(?:[^:"]|:(?! ))*)/g,
    '$1 value',
  );
}
