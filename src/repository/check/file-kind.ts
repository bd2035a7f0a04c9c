import type { FormatName } from '../../formats/format.ts';
import { formatNameForPath } from '../../formats/registry.ts';
import { isKustomizationName } from '../../manifests/kustomization.ts';
import type { Signs } from './signs.ts';

/** How a file is to be read. */
export interface FileKind {
  readonly format: FormatName;
  /** Whether a program fills it in before anybody reads it as YAML or JSON: it need not parse. */
  readonly template: boolean;
}

const yamlName = /\.ya?ml(?:[.~_-][\w.~-]*)?$/i;
const jsonName = /\.json(?:[.~_-][\w.~-]*)?$/i;
/** Kubeconfigs have no extension, or one of their own. */
const kubeconfigName = /(?:^|\/)[^./]+$|\.(?:kubeconfig|conf|config)$/i;
const templateName = /\.(?:tmpl|tpl|gotmpl|j2|jinja2?|erb|template|hbs|mustache)(?:\.|$)/i;
const templateText = /\{\{|\{%|<%/;

/**
 * Tells how to read a file: by its name as sops does, also where more stands behind it (`secret.yaml.bak`), else by where
 * its metadata lies, as for `talosconfig`.
 */
export function fileKind(path: string, text: string, signs: Signs): FileKind {
  const format = formatOf(path, text, signs);
  const mayBeTemplate = format === 'yaml' || format === 'json';
  return { format, template: mayBeTemplate && (templateName.test(path) || templateText.test(text)) };
}

function formatOf(path: string, text: string, signs: Signs): FormatName {
  const byName = formatNameForPath(path);
  if (byName !== 'binary') return byName;
  if (yamlName.test(path) || isKustomizationName(path)) return 'yaml';
  if (jsonName.test(path)) return 'json';
  if (signs.kubeconfig && kubeconfigName.test(path)) return 'yaml';
  return signs.metadata && signs.ciphertext ? formatByMetadata(text) : 'binary';
}

function formatByMetadata(text: string): FormatName {
  if (/^\s*\{/.test(text)) return 'binary';
  if (/^\[sops\]\s*$/m.test(text)) return 'ini';
  if (/^sops_(?:version|mac|lastmodified)=/m.test(text)) return 'dotenv';
  return /^sops:/m.test(text) ? 'yaml' : 'binary';
}
