import type { Config, Stores } from './config.ts';

/** sops' indentation where there is no configuration, or it says nothing (config.go, NewStoresConfig). */
export const defaultStores: Stores = {
  yaml: { indent: 0 },
  json: { indent: -1 },
  jsonBinary: { indent: -1 },
};

/**
 * Returns the indentation of written files for a format, `{}` for the format's default: what `EmitStyle` takes.
 * `--indent` (`flag`) wins over the configuration, in all formats. Values out of range are the emitter's to refuse.
 */
export function storeStyle(
  config: Config | null,
  format: string,
  flag?: number,
): { readonly indent?: number } {
  const stores = config?.stores ?? defaultStores;
  if (format === 'yaml') return yamlStyle(flag ?? stores.yaml.indent);
  if (format === 'json') return { indent: flag ?? stores.json.indent };
  if (format === 'binary') return { indent: flag ?? stores.jsonBinary.indent };
  return {};
}

/** sops takes 0 for its default of 4. */
function yamlStyle(indent: number): { readonly indent?: number } {
  return indent === 0 ? {} : { indent };
}
