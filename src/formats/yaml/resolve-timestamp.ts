/** A timestamp's text as Go's `time.Time.MarshalText` prints it; `null` where that fails. */
export interface Timestamp {
  readonly text: string | null;
}

const date = '([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})';
const clock = '([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,]([0-9]+))?';
const zoned = new RegExp(`^${date}[Tt]${clock}(?:Z|([-+])([0-9]{2}):([0-9]{2}))$`);
const unzoned = new RegExp(`^${date}(?: +${clock})?$`);
const daysInMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/**
 * Resolves a date or timestamp in the four layouts that go-yaml v3.0.4 tries, with the leniency of Go's `time.Parse`:
 * one-digit fields, a comma before the fraction, offsets up to 24:60. Returns `null` for anything else.
 */
export function resolveTimestamp(value: string): Timestamp | null {
  if (value.charCodeAt(4) !== 0x2d || value.length < 8) return null;
  const parts = zoned.exec(value) ?? unzoned.exec(value);
  if (parts === null) return null;
  const [, year = '', month = '', day = '', hour = '0', minute = '0', second = '0', fraction = ''] = parts;
  if (!isDate(Number(year), Number(month), Number(day))) return null;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const offset = offsetOf(parts[8], parts[9], parts[10]);
  if (offset === null) return null;
  const time = `${two(hour)}:${two(minute)}:${two(second)}${nanoseconds(fraction)}`;
  const zone = printOffset(offset);
  return { text: zone === null ? null : `${year}-${two(month)}-${two(day)}T${time}${zone}` };
}

function isDate(year: number, month: number, day: number): boolean {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = (daysInMonth[month - 1] ?? 0) + (month === 2 && isLeap ? 1 : 0);
  return day >= 1 && day <= days;
}

/** Minutes east of UTC, or `null` if out of the range that Go accepts. */
function offsetOf(sign = '+', hours = '0', minutes = '0'): number | null {
  if (Number(hours) > 24 || Number(minutes) > 60) return null;
  const offset = Number(hours) * 60 + Number(minutes);
  return sign === '-' ? -offset : offset;
}

/** RFC 3339 has no offset of 24 hours or more: Go cannot print one. */
function printOffset(offset: number): string | null {
  if (offset === 0) return 'Z';
  const size = Math.abs(offset);
  if (size >= 24 * 60) return null;
  return `${offset < 0 ? '-' : '+'}${two(String(Math.floor(size / 60)))}:${two(String(size % 60))}`;
}

/** Nine digits count, trailing zeros do not. */
function nanoseconds(fraction: string): string {
  const digits = fraction.slice(0, 9).replace(/0+$/, '');
  return digits === '' ? '' : `.${digits}`;
}

function two(digits: string): string {
  return digits.padStart(2, '0');
}
