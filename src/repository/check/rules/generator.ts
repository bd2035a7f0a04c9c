import { posix } from 'node:path';
import type { RuleInfo } from '../../../findings/finding.ts';
import {
  inlinePatches,
  isKustomizationName,
  kustomizationNames,
  secretSources,
} from '../../../manifests/kustomization.ts';
import { isPlaceholder } from '../../../manifests/placeholder.ts';
import { isPublic } from '../../../manifests/public-value.ts';
import { embeddedSecrets } from '../embedded-secrets.ts';
import { isOwnFile } from '../own-files.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import { ciphertextOf } from '../sealed-leaves.ts';
import { Subject } from '../subject.ts';

const literal: RuleInfo = {
  code: 'plaintext.generator',
  level: 'error',
  title: 'a readable value for a secretGenerator',
  about:
    'kustomize makes a Secret from what a secretGenerator names: literals in the kustomization itself, which cannot be encrypted, and files. Put the values into a file (envs or files) and encrypt that; Flux and KSOPS decrypt it before kustomize reads it.',
};

/** A file that a kustomization makes a Secret from. */
interface Source {
  readonly kind: 'envs' | 'file';
  readonly by: string;
}

/** Secrets that kustomize generates or patches: literals, the files that generators name, patches written inline. */
export const generator: Rule = {
  infos: [literal],
  start(scene) {
    const sources = new Map<string, Source>();
    const [looked, seen] = [new Set<string>(), new Set<string>()];
    return {
      async file(subject) {
        if (!isKustomizationName(subject.path)) {
          if (await mayBeSource(subject)) looked.add(subject.path);
          return;
        }
        seen.add(subject.path);
        await tellInline(scene, subject);
        for (const [file, source] of await sourcesIn(subject)) sources.set(file, source);
      },
      async end() {
        if (scene.scope.kind === 'history') return;
        const named = new Map([...sources, ...(await sourcesOfOthers(scene, looked, seen))]);
        for (const [file, source] of named) {
          const bytes = await scene.snapshot.read(file);
          if (bytes !== null) await tellSource(scene, new Subject(file, bytes), source);
        }
      },
    };
  },
};

async function sourcesIn(subject: Subject): Promise<[string, Source][]> {
  if (!subject.signs.generator) return [];
  const folder = posix.dirname(subject.path);
  return (await subject.parts())
    .flatMap(({ data }) =>
      secretSources(data).flatMap((source): [string, Source][] =>
        source.kind === 'literal'
          ? []
          : [[posix.join(folder, source.file), { kind: source.kind, by: subject.path }]],
      ),
    )
    .filter(([file]) => !/^(?:\.\.)?\//.test(file)); // what lies outside is not looked at
}

/** Whether a generator that names the file would matter: it is neither encrypted nor an object of its own. */
async function mayBeSource(subject: Subject): Promise<boolean> {
  if (isOwnFile(subject.path)) return false;
  return (
    (await subject.seal()) === null && !(/^apiVersion:/m.test(subject.text) && /^kind:/m.test(subject.text))
  );
}

/** Kustomizations that are not looked at themselves, but may name a file that is: those in the folders above it. */
async function sourcesOfOthers(
  scene: Scene,
  looked: ReadonlySet<string>,
  seen: ReadonlySet<string>,
): Promise<[string, Source][]> {
  if (looked.size === 0 || (scene.scope.kind === 'tree' && scene.scope.whole)) return [];
  const candidates = new Set<string>();
  for (const file of looked) {
    for (let folder = posix.dirname(file); ; folder = posix.dirname(folder)) {
      for (const name of kustomizationNames) candidates.add(posix.join(folder, name));
      if (folder === '.') break;
    }
  }
  for (const path of seen) candidates.delete(path);
  const found: [string, Source][] = [];
  for (const path of candidates) {
    const bytes = await scene.snapshot.read(path);
    if (bytes !== null) found.push(...(await sourcesIn(new Subject(path, bytes))));
  }
  return found.filter(([file]) => looked.has(file));
}

async function tellInline(scene: Scene, subject: Subject): Promise<void> {
  if (subject.signs.generator) await tellLiterals(scene, subject);
  if (!subject.signs.secret) return;
  for (const { data, lineOffset } of await subject.parts()) {
    for (const { text, path, line } of inlinePatches(data)) {
      for (const { path: within } of await embeddedSecrets(text)) {
        scene.tell(literal, {
          ...{ file: subject.path, path, commit: subject.commit },
          line: line === undefined ? undefined : line + lineOffset,
          message: `the patch of a Secret has a readable value (${within.join('.')})`,
          fix: 'Put the patch into a file of its own, and encrypt that: Flux decrypts patches that are files.',
        });
      }
    }
  }
}

async function tellLiterals(scene: Scene, subject: Subject): Promise<void> {
  for (const { data, lineOffset } of await subject.parts()) {
    for (const source of secretSources(data)) {
      if (source.kind !== 'literal' || isPlaceholder(source.value) || ciphertextOf(source.leaf) !== null)
        continue;
      scene.tell(literal, {
        ...{ file: subject.path, path: source.path, commit: subject.commit },
        line: source.leaf.line === undefined ? undefined : source.leaf.line + lineOffset,
        message: 'a literal of a secretGenerator is readable',
        fix: `Write it as KEY=value into a file such as secret.env, encrypt that (sopskit encrypt -i secret.env), and name it in envs instead.`,
      });
    }
  }
}

async function tellSource(scene: Scene, subject: Subject, { kind, by }: Source): Promise<void> {
  if (subject.signs.metadata && (await subject.seal()) !== null) return;
  const text = subject.bytes.toString('utf8');
  const values = kind === 'envs' ? envValues(text) : [{ line: undefined, value: text }];
  for (const { line, value } of values) {
    const isPartial = isPlaceholder(value);
    const isHarmless = value.trim() === '' || isPublic(value) || value.startsWith('ENC[AES256_GCM,');
    if (isHarmless || (isPartial && (kind === 'envs' || !value.trim().includes('\n')))) continue;
    const file = subject.path;
    const rule = await scene.ruleOf(subject);
    const encrypt = scene.commands.encrypt(file);
    scene.tell(literal, {
      ...{ file, line },
      // a file in which something is filled in may have nothing else that is secret
      ...(isPartial ? { level: 'note' as const } : {}),
      message: `${by} makes a Secret of the file, and ${kind === 'envs' ? 'a value in it' : 'it'} is readable`,
      fix: rule === null ? `Add a creation rule for the file to .sops.yaml, then: ${encrypt}` : encrypt,
    });
  }
}

function envValues(text: string): { line: number; value: string }[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const at = line.indexOf('=');
    if (/^\s*(?:#|$)/.test(line) || at < 0) return [];
    const value = line
      .slice(at + 1)
      .trim()
      .replace(/^(["'])(.*)\1$/, '$2');
    return [{ line: index + 1, value }];
  });
}
