import { withoutLogins } from '../said.ts';
import { push, type Rule } from './explanation.ts';

const lint = 'sopskit flux lint    # in the repository: finds it before the push';

/** What fails while the manifests are read and kustomize runs. */
export const buildRules: readonly Rule[] = [
  {
    code: 'build.nameless',
    says: /failed to decode Kubernetes YAML from (\S+?): missing metadata\.name/,
    explain: ([, file = ''], object, reading) => ({
      what: `An object in ${file} has no metadata.name.`,
      mend: ['metadata.name    # give it one in Git', lint, push(reading, object)],
    }),
  },
  {
    code: 'build.not-kubernetes',
    says: /failed to decode Kubernetes YAML from (\S+?): missing Resource metadata/,
    explain: ([, file = ''], object, reading) => ({
      what: `${file} is no Kubernetes manifest (Helm values, or another YAML file), and the folder has no kustomization.yaml: then every YAML file in it counts as a manifest.`,
      mend: [
        'kustomize create --autodetect    # in that folder; then take the file out of its resources, or move the file elsewhere',
        push(reading, object),
      ],
    }),
  },
  {
    code: 'build.broken-yaml',
    says: /failed to decode Kubernetes YAML from (\S+?):|(?:MalformedYAMLError|yaml: line \d+|error converting YAML)[^\n]*?(?:in File: (\S+))?/,
    explain: ([, a, b], object, reading) => ({
      what: `${a ?? b ?? 'A file'} is no YAML that can be read.`,
      mend: [lint, push(reading, object)],
    }),
  },
  {
    code: 'build.variable-source-missing',
    says: /substitute from '(ConfigMap|Secret)\/([^']+)' error/,
    explain: ([, kind = '', name = ''], object, reading) => ({
      what: `Its variables come from ${kind} ${name}, which is not in namespace ${object.namespace}.`,
      mend: [
        `kubectl${reading.flags} get ${kind.toLowerCase()} ${name} -n ${object.namespace}`,
        'spec.postBuild.substituteFrom    # correct the name, or set optional: true, or have a Kustomization bring it that this one depends on',
        push(reading, object),
      ],
    }),
  },
  {
    code: 'build.variable',
    says: /post build failed for '([^']+)'|variable substitution failed|envsubst error|var name is invalid/,
    explain: ([, name], object, reading) => ({
      what: `Variables cannot be put in${name === undefined ? '' : ` ${name}`}: a \${NAME} has no value, or a script’s own \${…} is taken for one.`,
      mend: [
        `kustomize.toolkit.fluxcd.io/substitute: disabled    # annotate the object whose \${…} are its own; or write $\${NAME}`,
        push(reading, object),
      ],
    }),
  },
  {
    code: 'build.twice',
    says: /may not add resource with an already registered id: ([^\s']+)/,
    explain: ([, id = ''], object, reading) => ({
      what: `${id.replace(/\.\[noGrp\]|\.\[noNs\]/g, '')} is there twice in what it builds.`,
      mend: ['git grep -n "name: "    # take one of the two out', lint, push(reading, object)],
    }),
  },
  {
    code: 'build.remote',
    says: /accumulating \w+ from '((?:[a-z][a-z0-9+.-]*:\/\/|[\w.-]+@[\w.-]+:|(?:github|gitlab)\.com\/)[^']*|[^']*[?&](?:ref|version|timeout)=[^']*)'|(?:git fetch|hit \d+s timeout|URL is a git repository|failed to run '[^']*git)/,
    explain: ([, base = ''], object, reading) => ({
      what: `It takes a base from another server${base === '' ? '' : ` (${withoutLogins(base)})`}, which did not answer, has no such thing, or lets no one in without a login.`,
      mend: [
        'a GitRepository of its own, or a copy in the repository    # instead of the remote base',
        push(reading, object),
      ],
    }),
  },
  {
    code: 'build.file-missing',
    says: /accumulating \w+ from '([^']+)'[^\n]*?(?:no such file|doesn't exist|must be a directory|must build at directory|evalsymlink failure)|(?:evalsymlink failure on|lstat|open|stat) '?([^\s':]+)'?\s*:[^\n]*?no such file/,
    explain: ([, a, b], object, reading) => {
      const file = a ?? b ?? '';
      return {
        what: `A kustomization.yaml names ${file}, which is not in the repository (or is ignored by .gitignore or .sourceignore).`,
        mend: [`git ls-files | grep -F ${quoted(basename(file))}`, lint, push(reading, object)],
      };
    },
  },
  {
    code: 'build.failed',
    reasons: ['BuildFailed'],
    says: /^/,
    explain: (_, object, reading) => ({
      what: 'kustomize cannot build it. Nothing is applied, and nothing pruned.',
      mend: [
        `sopskit flux build ${object.name}    # the same error, in the repository`,
        lint,
        push(reading, object),
      ],
    }),
  },
];

function basename(file: string): string {
  return file.replace(/\/+$/, '').split('/').at(-1) ?? file;
}

/** For a shell. */
function quoted(text: string): string {
  return /^\w[\w.-]*$/.test(text) ? text : `-e '${text.replaceAll("'", "'\\''")}'`;
}
