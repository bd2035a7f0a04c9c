type Variables = Readonly<Record<string, string>>;

/**
 * Returns the environment of a program: what comes later wins. To Windows `Path` and `PATH` are one variable; given
 * both, Node would pass on either.
 */
export function mergedEnvironment(
  layers: readonly (Variables | undefined)[],
  platform: NodeJS.Platform,
): Record<string, string> {
  if (platform !== 'win32') return Object.assign({}, ...layers);
  const merged = new Map<string, [name: string, value: string]>();
  for (const [name, value] of layers.flatMap((layer) => Object.entries(layer ?? {})))
    merged.set(name.toUpperCase(), [name, value]);
  return Object.fromEntries(merged.values());
}
