import { type IgnorePattern, matches, parsePattern } from './ignore-pattern.ts';

/** What no artifact ever has (fluxcd/pkg/sourceignore). */
const versionControl = ['.git/', '.gitignore', '.gitmodules', '.gitattributes'];

/** What is left out as long as neither the source nor a `.sourceignore` says anything. */
const defaults = [
  ...['*.jpg', '*.jpeg', '*.gif', '*.png', '*.wmv', '*.flv', '*.tar.gz', '*.zip'],
  ...['.github/', '.circleci/', '.travis.yml', '.gitlab-ci.yml', 'appveyor.yml', '.drone.yml'],
  ...['cloudbuild.yaml', 'codeship-services.yml', 'codeship-steps.yml'],
  ...['**/.goreleaser.yml', '**/.sops.yaml', '**/.flux.yaml'],
];

/** Which paths an artifact leaves out. */
export class IgnoreRules {
  /** The last that says something decides. */
  readonly #patterns: readonly IgnorePattern[];

  /**
   * Takes the patterns of the source, those of `.sourceignore` files first. The defaults for images and CI files are only
   * there where there are none: one line anywhere switches them off.
   */
  constructor(own: readonly IgnorePattern[]) {
    const always = versionControl.map((line) => parsePattern(line, []));
    const first = own.length === 0 ? defaults.map((line) => parsePattern(line, [])) : [];
    this.#patterns = [...always, ...first, ...own].reverse();
  }

  /** Whether a file, or a folder by itself, is left out. The folders above it play no part, unlike in git. */
  excludes(path: string, isFolder = false): boolean {
    const parts = path.split('/');
    const found = this.#patterns.find((pattern) => matches(pattern, parts, isFolder));
    return found !== undefined && !found.includes;
  }
}
