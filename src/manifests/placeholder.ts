/** `${NAME}` as Flux substitutes it; a default in it (`${NAME:=…}`) is a value, and readable. */
const variable = /\$\{[A-Za-z_][A-Za-z0-9_]*(?::?[=-])?\}/;
/** Helm, Go templates and Jinja; what Taskfiles and External Secrets fill in. */
const expression = /\{\{[\s\S]{0,500}?\}\}|\{%[\s\S]{0,500}?%\}|<%[\s\S]{0,500}?%>/;
/** Addresses of secrets that other programs put in: Argo CD's Vault plugin, bank-vaults, vals, 1Password. */
const reference =
  /^\s*(?:<[^<>\n]+>|op:\/\/[^\n]+|(?:vault:|ref\+[a-z0-9]+:\/\/|awssm:|secretref\+)\S+)\s*$/i;
/** What people write where a value is to be filled in. */
const fillIn =
  /^\W*(?:change[-_ ]?me|replace[-_ ]?me|placeholder|to[-_ ]?do|fix[-_ ]?me|redacted|omitted|data\+omitted|secret[-_ ]?goes[-_ ]?here|your[-_ ][\w -]*|<.*>|x{3,}|\*{3,}|\.{3,})\W*$/i;

/** Whether a text only stands for a value that is put in elsewhere, so that nothing is given away. */
export function isPlaceholder(text: string): boolean {
  return (
    text.trim() === '' ||
    variable.test(text) ||
    expression.test(text) ||
    reference.test(text) ||
    fillIn.test(text)
  );
}
