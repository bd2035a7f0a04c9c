/**
 * Which styles go-yaml v3.0.4 allows for a text. Follows `yaml_emitter_analyze_scalar`, whose idea of a line break
 * (CR, LF, NEL, LS, PS), of a blank and of a printable character is YAML 1.1's.
 */
export interface ScalarTraits {
  readonly multiline: boolean;
  readonly plainInBlock: boolean;
  readonly plainInFlow: boolean;
  readonly single: boolean;
  readonly literal: boolean;
}

const simple = /^[A-Za-z0-9_/+=][A-Za-z0-9_/+=.-]*$/;
/** Words, and ciphertext: printable ASCII in which nothing means anything to YAML, or in a flow collection only. */
const plainly = /^[A-Za-z0-9_/+=](?:[!-9;-~]|:(?=[!-~])| (?=[!-"$-~]))*$/;
/** In a longer text the expression could run out of its stack. */
const longestPlainly = 0x4000;
const lineBreak = /[\r\n\x85\u2028\u2029]/;
/** Characters that only double quotes can carry; beyond the BMP too, for go-yaml escapes those. */
const special = /[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]/;
const spaceAfterBreak = /[\r\n\x85\u2028\u2029] /;
const spaceBeforeBreak = / [\r\n\x85\u2028\u2029]/;
const blockIndicator =
  /^(?:---|\.\.\.|[#,[\]{}&*!|>'"%@`]|[-?:](?=[ \t]|$))|:(?=[ \t]|$)|[ \t\r\n\x85\u2028\u2029\0]#/;
const flowIndicator = /[,?[\]{}:]/;
const bareEnd = /^[ \r\n\x85\u2028\u2029]|[ \r\n\x85\u2028\u2029]$/;

const allStyles: ScalarTraits = {
  multiline: false,
  plainInBlock: true,
  plainInFlow: true,
  single: true,
  literal: true,
};
const blockStyles: ScalarTraits = { ...allStyles, plainInFlow: false };
const emptyText: ScalarTraits = { ...allStyles, plainInFlow: false, literal: false };

export function scalarTraits(text: string): ScalarTraits {
  if (text === '') return emptyText;
  if (simple.test(text)) return allStyles;
  if (text.length <= longestPlainly && plainly.test(text))
    return flowIndicator.test(text) ? blockStyles : allStyles;
  const multiline = lineBreak.test(text);
  const escaped = special.test(text) || (multiline && spaceBeforeBreak.test(text));
  const single = !(escaped || text.includes('\t') || (multiline && spaceAfterBreak.test(text)));
  const plainInBlock = single && !multiline && !bareEnd.test(text) && !blockIndicator.test(text);
  return {
    multiline,
    plainInBlock,
    plainInFlow: plainInBlock && !flowIndicator.test(text),
    single,
    literal: !escaped && !text.endsWith(' '),
  };
}
