/** `${NAME}` as Flux substitutes it; a default in it (`${NAME:=…}`) is a value, and readable. */
const variable = /\$\{[A-Za-z_][A-Za-z0-9_]*(?::?[=-])?\}/g;
/** Helm, Go templates and Jinja; what Taskfiles and External Secrets fill in. */
const expression = /\{\{[\s\S]{0,500}?\}\}|\{%[\s\S]{0,500}?%\}|<%[\s\S]{0,500}?%>/g;
/** What of them fills in nothing. */
const remark = /\{\{-?\s*\/\*[\s\S]{0,500}?\*\/\s*-?\}\}|\{#[\s\S]{0,500}?#\}/g;
/** Addresses of secrets that other programs put in: bank-vaults, vals (whose `echo` is the value itself), 1Password. */
const reference =
  /^\s*(?:op:\/\/[^/\n]+\/[^/\n]+\/[^\n]+|vault:(?:\S+#|v\d+:)\S+|(?:ref\+(?!echo:)[a-z0-9]+:\/\/|awssm:|secretref\+)\S+)\s*$/i;
/** What people write where a value is to be filled in. */
const fillIn =
  /^\W*(?:change[-_ ]?me|replace[-_ ]?me|placeholder|to[-_ ]?do|fix[-_ ]?me|redacted|omitted|data\+omitted|secret[-_ ]?goes[-_ ]?here|your[-_ ][\w -]*|x{3,}|\*{3,}|\.{3,})\W*$/i;
/** Argo CD's Vault plugin. */
const vaultPath = /^\s*<path:[^<>\n]+>\s*$/;
const angled = /^\W*<([^<>\n]+)>\W*$/;
/** Words of which one at least is in what people write between angle brackets. */
const fillInWord =
  /^(?:access|account|actual|add|admin|api|app|apikey|auth|base64|b64|bucket|cert(?:ificate)?|change(?:me)?|client|content|credentials?|data|database|db|domain|email|encoded|endpoint|enter|example|file|fill|generated?|here|host(?:name)?|id|insert|key|login|my|name|omitted|paste|pass(?:word|phrase|wd)?|placeholder|private|put|pw|random|redacted|region|replace|secret|server|some|string|tenant|the|todo|token|uri|url|user(?:name)?|uuid|value|webhook|your?|zone)s?$/i;

/**
 * Tells whether a text only stands for a value that is put in elsewhere (`all`: nothing is given away), has such a thing in
 * it beside text that may be secret by itself (`part`), or is what it says (`nothing`).
 */
export function standInOf(text: string): 'all' | 'part' | 'nothing' {
  if (text.trim() === '' || reference.test(text) || vaultPath.test(text) || fillIn.test(text)) return 'all';
  // what fills in nothing is not there, so that a password cannot hide behind it
  const rest = text.replaceAll(remark, '').replaceAll(variable, filled).replaceAll(expression, filled);
  if (!rest.includes(filled)) {
    const inside = angled.exec(text)?.[1];
    return inside === undefined ? 'nothing' : standInBetween(inside);
  }
  return rest.trim().includes('\n') ? ofLines(rest) : ofLine(rest);
}

/** Whether a text only stands for a value that is put in elsewhere, so that nothing is given away. */
export function isPlaceholder(text: string): boolean {
  return standInOf(text) === 'all';
}

/** Stands for whatever is filled in. */
const filled = '\0';

function standInBetween(inside: string): 'all' | 'part' | 'nothing' {
  const words = inside.split(/[\s_.:/-]+|(?<=[a-z])(?=[A-Z])/).filter((word) => word !== '');
  if (words.some((word) => fillInWord.test(word))) return 'all';
  return /^[\p{L}\s_.:/-]+$/u.test(inside) ? 'part' : 'nothing';
}

/** Lines of their own may be secret beside one in which something is filled in. */
function ofLines(text: string): 'all' | 'part' {
  const lines = text.split('\n');
  return lines.some((line) => (line.includes(filled) ? ofLine(line) !== 'all' : /[:=]\s*\S/.test(line)))
    ? 'part'
    : 'all';
}

const passwordInAddress = /:\/\/[^/\s:@]{0,200}:[^@\s\0]{3,200}@/;
/** What stands between parts of an address, a host or a list of settings. */
const structure = /[\s:/@?&=;,.'"<>{}()[\]|\\\0]+/;

function ofLine(line: string): 'all' | 'part' | 'nothing' {
  if (passwordInAddress.test(line)) return 'part';
  const text = line.replace(/^\s*(?:export\s+)?["']?[\w.-]+["']?\s*[:=](?!\/\/)\s*/, '');
  const tokens = text.split(structure);
  if (tokens.some(isRandom)) return 'nothing';
  const isStructured = /:\/\/|\.\w|[=;,?]/.test(text);
  const isTelling = isStructured ? tokens.some(isMixed) : tokens.join('').length >= 10;
  return isTelling ? 'part' : 'all';
}

/** As passwords look that a program made. */
function isRandom(token: string): boolean {
  if (/^[0-9a-f]{32,}$/i.test(token)) return true;
  return token.length >= 16 && /[a-z]/.test(token) && /[A-Z]/.test(token) && /\d.*\d/.test(token);
}

/** As passwords look that people make, and few names. */
function isMixed(token: string): boolean {
  return token.length >= 10 && /[A-Za-z]/.test(token) && /\d.*[A-Za-z]|[A-Za-z]\d{2}/.test(token);
}
