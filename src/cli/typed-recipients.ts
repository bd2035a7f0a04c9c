/** Recipients as they are typed: several flags, or commas between them. */
export function readRecipients(texts: readonly string[]): readonly string[] {
  return texts
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');
}
