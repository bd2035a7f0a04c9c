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
  if (byName === 'yaml' || byName === 'json') return byName;
  // what sops makes of a file that it does not know is JSON
  const isSealed = signs.metadata && signs.ciphertext && /^\s*\{/.test(text);
  const other = isSealed ? null : manifestFormat(text, signs);
  if (byName !== 'binary') return other ?? byName;
  if (yamlName.test(path) || isKustomizationName(path)) return 'yaml';
  if (jsonName.test(path)) return 'json';
  if (signs.kubeconfig && kubeconfigName.test(path)) return 'yaml';
  return other ?? (signs.metadata && signs.ciphertext ? formatByMetadata(text) : 'binary');
}

/** How manifests begin. */
const firstKey = /^["']?(?:apiVersion|kind|metadata|data|stringData|type|immutable|items|<<)["']?\s*:/;
const firstBracket = /^\s*(?:\{\s*(?:["'\w&!?]|$)|\[\s*(?:\{|$))/;
/** What stands in front of the first key. */
const leading =
  /^(?:\ufeff|\u00ef\u00bb\u00bf)?(?:[ \t]*(?:#.*|\/\/.*|\{\{.*\}\})?\r?\n|%.*\n|---[ \t]*(?:#.*)?\r?\n)*(?:--- +)?/;
const manifestKey = /^(?:- +)?["']?(?:apiVersion|kind|stringData|data)["']?\s*:/m;
/** A line that begins as lines of YAML do; lines of prose do not. */
const yamlLine = /^(?:\s|$|#|---|\.\.\.|%|- |[?:&!] ?|["']?[\w./<-]+["']?\s*:(?:\s|$)|[{}[\]])/;

/**
 * Whether a file is a manifest under any name: kubectl and kustomize take what they are given. Only what is one from its
 * first line on: documentation, scripts and templates of text that have one in them are something else.
 */
function manifestFormat(text: string, signs: Signs): 'yaml' | 'json' | null {
  if (!signs.secret) return null;
  const body = text.slice(leading.exec(text)?.[0].length ?? 0);
  const first = /^.*/.exec(body)?.[0] ?? '';
  if (firstBracket.test(first)) return 'json';
  if (firstKey.test(first)) return 'yaml';
  return manifestKey.test(body) && body.split('\n').every((line) => yamlLine.test(line)) ? 'yaml' : null;
}

function formatByMetadata(text: string): FormatName {
  if (/^\s*\{/.test(text)) return 'binary';
  if (/^\[sops\]\s*$/m.test(text)) return 'ini';
  if (/^sops_(?:version|mac|lastmodified)=/m.test(text)) return 'dotenv';
  return /^sops:/m.test(text) ? 'yaml' : 'binary';
}
