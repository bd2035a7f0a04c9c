import { posix } from 'node:path';
import type { RuleInfo } from '../../../findings/finding.ts';
import {
  generatorObjectSources,
  inlineGenerators,
  inlinePatches,
  isKustomizationName,
  jsonPatches,
  secretSources,
} from '../../../manifests/kustomization.ts';
import { standInOf } from '../../../manifests/placeholder.ts';
import { isPublic } from '../../../manifests/public-value.ts';
import type { Path } from '../../../tree/path.ts';
import { embeddedSecrets } from '../embedded-secrets.ts';
import { mayBeSource, type Source, sourcesIn, sourcesOfOthers, versionsOf } from '../kustomize-sources.ts';
import { hasGeneratorLiteral, manifestValues, operationValues } from '../kustomized-values.ts';
import { ruleCommand } from '../missing-rule.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import { ciphertextOf } from '../sealed-leaves.ts';
import type { Subject } from '../subject.ts';

const literal: RuleInfo = {
  code: 'plaintext.generator',
  level: 'error',
  title: 'a readable value for a secretGenerator',
  about:
    'kustomize makes a Secret from what a secretGenerator names: literals in the kustomization itself, which cannot be encrypted, and files. Put the values into a file (envs or files) and encrypt that; Flux and KSOPS decrypt it before kustomize reads it.',
};

/** Secrets that kustomize generates or patches: literals, the files that generators name, patches written inline. */
export const generator: Rule = {
  infos: [literal],
  start(scene) {
    const sources = new Map<string, Source>();
    const [looked, seen] = [new Set<string>(), new Set<string>()];
    return {
      async file(subject) {
        if (subject.text.includes('SecretGenerator')) {
          await tellLiterals(scene, subject);
          for (const [file, source] of await sourcesIn(subject)) sources.set(file, source);
        }
        if (!isKustomizationName(subject.path)) {
          if (await mayBeSource(subject)) looked.add(subject.path);
          return;
        }
        seen.add(subject.path);
        await tellInline(scene, subject);
        for (const [file, source] of await sourcesIn(subject)) sources.set(file, source);
      },
      async end() {
        const named = new Map([...sources, ...(await sourcesOfOthers(scene, looked, seen))]);
        for (const [file, source] of named) {
          for await (const version of versionsOf(scene, file, source.commit)) {
            if (source.kind === 'manifest' || source.kind === 'operations')
              await tellApplied(scene, version, source);
            else await tellSource(scene, version, source);
          }
        }
      },
    };
  },
};

async function tellInline(scene: Scene, subject: Subject): Promise<void> {
  if (subject.signs.generator || subject.signs.secret) await tellLiterals(scene, subject);
  await tellOperations(scene, subject);
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
    for (const source of [...secretSources(data), ...generatorObjectSources(data)]) {
      if (source.kind !== 'literal' || ciphertextOf(source.leaf) !== null) continue;
      const standsFor = standInOf(source.value);
      if (standsFor === 'all') continue;
      scene.tell(literal, {
        ...{ file: subject.path, path: source.path, commit: subject.commit },
        line: source.leaf.line === undefined ? undefined : source.leaf.line + lineOffset,
        ...(standsFor === 'part' ? { level: 'note' as const } : {}),
        message: 'a literal of a secretGenerator is readable',
        fix: await literalFix(scene, subject.path),
      });
    }
  }
}

async function tellSource(scene: Scene, subject: Subject, { kind, by }: Source): Promise<void> {
  if (subject.signs.metadata && (await subject.seal()) !== null) return;
  const text = subject.bytes.toString('utf8');
  const values = kind === 'envs' ? envValues(text) : [{ line: undefined, value: text }];
  for (const { line, value } of values) {
    const standsFor = standInOf(value);
    if (standsFor === 'all' || isPublic(value) || value.startsWith('ENC[AES256_GCM,')) continue;
    const file = subject.path;
    scene.tell(literal, {
      ...{ file, line, commit: subject.commit },
      // a file in which something is filled in may have nothing else that is secret
      ...(standsFor === 'part' ? { level: 'note' as const } : {}),
      message: `${by} makes a Secret of the file, and ${kind === 'envs' ? 'a value in it' : 'it'} is readable`,
      fix: await encryptAll(scene, file),
    });
  }
}

/** Patches of JSON operations that are written into the kustomization, and generators that are. */
async function tellOperations(scene: Scene, subject: Subject): Promise<void> {
  for (const { data, lineOffset } of await subject.parts()) {
    const place = (path: Path, line: number | undefined) => {
      return {
        file: subject.path,
        path,
        line: line === undefined ? undefined : line + lineOffset,
        commit: subject.commit,
      };
    };
    for (const { text, path, line, ofSecret } of jsonPatches(data)) {
      if (text === null || (await operationValues(text, ofSecret)).length === 0) continue;
      scene.tell(literal, {
        ...place(path, line),
        message: 'the patch puts a readable value into a Secret',
        fix: 'Put the patch into a file of its own, and encrypt that: Flux decrypts patches that are files.',
      });
    }
    for (const { text, path, line } of inlineGenerators(data)) {
      if (!(await hasGeneratorLiteral(text))) continue;
      scene.tell(literal, {
        ...place(path, line),
        message: 'a literal of a SecretGenerator is readable',
        fix: await literalFix(scene, subject.path),
      });
    }
  }
}

/** What a kustomization applies, under a name that does not say what it is. */
async function tellApplied(scene: Scene, subject: Subject, { kind, by, ofSecret }: Source): Promise<void> {
  if (subject.signs.metadata && (await subject.seal()) !== null) return;
  // what could be read has been looked at as the manifest that it is
  if (kind === 'manifest' && (await subject.content()).kind === 'tree') return;
  const text = subject.bytes.toString('utf8');
  const values = kind === 'manifest' ? await manifestValues(text) : await operationValues(text, ofSecret);
  for (const { line, path } of values) {
    scene.tell(literal, {
      ...{ file: subject.path, line, path: kind === 'manifest' ? path : [], commit: subject.commit },
      message: `${by} applies the file, and a value of a Secret in it is readable`,
      fix: await encryptAll(scene, subject.path),
    });
  }
}

async function literalFix(scene: Scene, kustomization: string): Promise<string> {
  const file = posix.join(posix.dirname(kustomization), 'secret.env');
  return `Write it as KEY=value into ${scene.commands.word(file)}, name that in envs instead, and encrypt it: ${await encryptAll(scene, file)}`;
}

/** The command that encrypts all values of a file; its rule may be made for manifests. */
async function encryptAll(scene: Scene, file: string): Promise<string> {
  const { rule, unstaged, config } = await scene.sealingOf(file);
  if (rule === null) return scene.commands.encrypt(file, await ruleCommand(scene, file, 'all'));
  const how = { config, stage: unstaged === null ? [] : [unstaged] };
  if (rule.selector.selects(['KEY'], [], false)) return scene.commands.encrypt(file, how);
  const isRegex = rule.selector.selector?.kind === 'encrypted_regex';
  return isRegex
    ? scene.commands.encrypt(file, { ...how, regex: '.' })
    : `Add a creation rule for it in front of ${rule.name}, then: ${scene.commands.encrypt(file, how)}`;
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
