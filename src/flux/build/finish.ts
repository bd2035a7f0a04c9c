// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Flux writes its variables so
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { Mapping } from '../../tree/value.ts';
import type { FluxKustomization } from '../kustomization.ts';
import { keyOf, kustomizationGroup } from '../kustomization.ts';
import { type ObjectId, printId } from '../object-id.ts';
import type { Unknown } from '../unknown.ts';
import { absentSources } from './absent-sources.ts';
import { compareApplyOrder } from './apply-order.ts';
import type { Build, BuiltObject, ClusterObjects } from './build.ts';
import { decryptObject } from './decrypt-object.ts';
import { withDefinedScopes } from './defined-scopes.ts';
import { applied, finishObject } from './finish-object.ts';
import { readKubernetesObject } from './kubernetes-yaml.ts';
import { textOf } from './kustomization-file.ts';
import { missingKey } from './missing-key.ts';
import { groupOf, kustomizeName, metadataText } from './object-fields.ts';
import { objectText } from './object-text.ts';
import type { Opener } from './opened.ts';
import { isSubstituted, substituteObject } from './substitute.ts';
import { loadVariables, type Variables } from './variables.ts';

/** What goes on behind kustomize: all that a Kustomization's objects depend on. */
export interface FinishScene {
  readonly kustomization: FluxKustomization;
  readonly cluster: ClusterObjects;
  readonly opener: Opener;
  /** Opened values of the sources. */
  readonly opened: readonly string[];
  readonly unknowns: readonly Unknown[];
}

/** Decrypts, substitutes and labels what kustomize built. `text`: its output. */
export async function finish(text: string, scene: FinishScene): Promise<Build> {
  try {
    return await finishAll(text, scene);
  } catch (error) {
    if (!(error instanceof SopskitError) || !error.code.startsWith('document.')) throw error;
    const subject = keyOf(scene.kustomization);
    const message = `what kustomize built for ${subject} cannot be read here: ${error.message}`;
    const fix = 'Please report it: kustomize reads it.';
    return { kind: 'unknown', unknowns: [{ reason: 'unreadable', subject, message, fix }] };
  }
}

async function finishAll(text: string, scene: FinishScene): Promise<Build> {
  const documents = text.split(/^---\n/m).filter((document) => document.trim() !== '');
  const finishing = new Finishing({ ...scene, cluster: withDefinedScopes(scene.cluster, documents) });
  for (const document of documents) {
    const build = await finishing.add(document);
    if (build !== null) return build;
  }
  return finishing.build();
}

class Finishing {
  readonly #scene: FinishScene;
  readonly #variables: Variables;
  /** By id: of two that differ in their API's version, the later counts. */
  readonly #objects = new Map<string, BuiltObject>();
  readonly #unknowns: Unknown[];
  /** What makes ids unknown. */
  readonly #deciding: Unknown[] = [];
  /** Variables that are not known: that decide values only, and that decide names. */
  readonly #uncertain = new Set<string>();
  readonly #decidingNames = new Set<string>();
  /** Kinds of the objects whose names those decide. */
  readonly #nameless = new Set<string>();
  /** Whether variables are loaded at all. */
  #asksForVariables = false;

  constructor(scene: FinishScene) {
    this.#scene = scene;
    this.#variables = loadVariables(scene.kustomization, scene.cluster);
    this.#unknowns = [...scene.unknowns];
  }

  /** Takes one document of kustomize's output. Returns the build where it ends here: it failed. */
  async add(document: string): Promise<Build | null> {
    const built = readKubernetesObject(document);
    if (built === null) return null;
    if ((textOf(built, 'apiVersion') ?? '') === '')
      return failed(
        `failed to decode Kubernetes apiVersion, kind and name from: ${kustomizeName(built)}`,
        'Give the object an apiVersion.',
      );
    const decrypted = await this.#decrypt(built, document);
    if ('kind' in decrypted) return decrypted;
    return this.#substitute(decrypted);
  }

  build(): Build {
    const deciding = [...this.#deciding, ...this.#doubts(this.#decidingNames, this.#nameless)];
    if (deciding.length > 0) return { kind: 'unknown', unknowns: distinct(deciding) };
    const objects = [...this.#objects.values()].sort((one, other) =>
      compareApplyOrder(one.identity, other.identity),
    );
    const doubts = this.#doubts(this.#uncertain);
    // one source is told of once
    const absent =
      doubts.length > 0 || !this.#asksForVariables
        ? []
        : absentSources(this.#scene.kustomization, this.#scene.cluster);
    return { kind: 'built', objects, unknowns: distinct([...this.#unknowns, ...doubts, ...absent]) };
  }

  async #decrypt(built: Mapping, document: string): Promise<Step | Build> {
    const same: Step = { object: built, text: () => document, values: this.#scene.opened };
    if (this.#scene.kustomization.spec.decryption?.provider !== 'sops') return same;
    const opened = await decryptObject(built, this.#scene.opener);
    switch (opened.kind) {
      case 'same':
        return same;
      case 'no-key': {
        const isNamed = [built].flatMap(namesOf).every((name) => !name.startsWith('ENC['));
        const subject = `${textOf(built, 'kind') ?? ''} ${metadataText(built, 'namespace')}/${metadataText(built, 'name')}`;
        if (isNamed) this.#unknowns.push(missingKey(subject, 'its values'));
        else
          this.#deciding.push(
            missingKey(keyOf(this.#scene.kustomization), 'an object with an encrypted name'),
          );
        return same;
      }
      case 'broken':
        return failed(
          `decryption failed for '${kustomizeName(built)}': ${opened.message}`,
          'Take the file back from git, or encrypt it anew. Where a patch puts something into it, the patch is at fault: what is encrypted cannot be patched, so put the value into its own file with sopskit edit.',
        );
      case 'opened':
        return {
          object: opened.object,
          text: () => objectText(opened.object),
          values: [...this.#scene.opened, ...opened.values],
        };
    }
  }

  #substitute(step: Step): Build | null {
    const { postBuild } = this.#scene.kustomization.spec;
    if (postBuild === null) return this.#finish(step.object, step.values);
    this.#asksForVariables ||= isSubstituted(step.object);
    const found = substituteObject(step.object, step.text, postBuild, this.#variables);
    switch (found.kind) {
      case 'same':
        return this.#finish(step.object, step.values);
      case 'failed':
        return failed(
          `post build failed for '${kustomizeName(step.object)}': ${found.message}`,
          fixOf(found.unset),
        );
      case 'uncertain':
        for (const name of found.names) this.#decidingNames.add(name);
        this.#nameless.add(textOf(step.object, 'kind') ?? '');
        return null;
      case 'substituted': {
        if (this.#isNameless(found.object, found.other, found.uncertain)) return null;
        return this.#finish(found.object, [...step.values, ...this.#variables.secrets], found.other);
      }
    }
  }

  /** Remembers variables that are not known. Returns whether the object's name hangs on them. */
  #isNameless(object: Mapping, other: Mapping | null, names: ReadonlySet<string>): boolean {
    if (names.size === 0) return false;
    const isSame = other !== null && identityText(object) === identityText(other);
    for (const name of names) (isSame ? this.#uncertain : this.#decidingNames).add(name);
    if (!isSame) this.#nameless.add(textOf(object, 'kind') ?? '');
    return !isSame;
  }

  /** `nameless`: kinds of objects whose names hang on them. */
  #doubts(names: ReadonlySet<string>, nameless: ReadonlySet<string> = new Set()): Unknown[] {
    if (names.size === 0) return [];
    const where = nameless.size === 0 ? '' : `, in names of ${listed(nameless)}`;
    return this.#variables.missing.map((one) => ({
      ...one,
      message: `${one.message} (${listed(names)}${where})`,
    }));
  }

  #finish(object: Mapping, values: readonly string[], other: Mapping | null = null): Build | null {
    for (const manifest of applied(object)) {
      const finished = finishObject(
        manifest,
        this.#scene.kustomization,
        this.#scene.cluster,
        new Set(values),
      );
      if (finished.kind === 'failed') return finished;
      const { id, apiVersion, identity } = finished.object;
      if (this.#objects.get(id)?.apiVersion === apiVersion)
        return failed(
          'in Replace: id matched 2 resources',
          `Give one of the two ${kustomizeName(object)} another name: variables or decryption gave both the same.`,
        );
      const isKept = identity.group === kustomizationGroup || isSecretId(identity);
      const alternative = isKept && manifest === object ? other : null;
      this.#objects.set(id, { ...finished.object, ...(alternative === null ? {} : { alternative }) });
    }
    return null;
  }
}

function isSecretId({ group, kind }: ObjectId): boolean {
  return group === '' && kind === 'Secret';
}

interface Step {
  readonly object: Mapping;
  /** The YAML that variables are put into. */
  readonly text: () => string;
  readonly values: readonly string[];
}

function fixOf(unset: string | undefined): string {
  return unset === undefined
    ? 'Write $${…} where a ${…} is to stay, or annotate the object with kustomize.toolkit.fluxcd.io/substitute: disabled.'
    : `Define ${unset} in spec.postBuild, give it a default (\${${unset}:=}), or write $\${${unset}} where it is not for Flux.`;
}

function namesOf(object: Mapping): string[] {
  return [
    textOf(object, 'apiVersion') ?? '',
    textOf(object, 'kind') ?? '',
    metadataText(object, 'name'),
    metadataText(object, 'namespace'),
  ];
}

function identityText(object: Mapping): string {
  return applied(object)
    .map((manifest) =>
      printId({
        namespace: metadataText(manifest, 'namespace'),
        name: metadataText(manifest, 'name'),
        group: groupOf(textOf(manifest, 'apiVersion') ?? ''),
        kind: textOf(manifest, 'kind') ?? '',
      }),
    )
    .join('\n');
}

/** The first few, and how many there are. */
function listed(names: ReadonlySet<string>): string {
  const all = [...names].sort();
  const first = all.slice(0, mostListed).join(', ');
  return all.length <= mostListed ? first : `${all.length}: ${first}, …`;
}

const mostListed = 5;

function distinct(unknowns: readonly Unknown[]): Unknown[] {
  return [...new Map(unknowns.map((unknown) => [`${unknown.subject} ${unknown.message}`, unknown])).values()];
}

function failed(message: string, fix: string): Build {
  return { kind: 'failed', message, fix };
}
