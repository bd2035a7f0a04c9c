/** The version of this package; test/cli/version.test.ts compares it with package.json. */
export const version = '0.1.0';

/** The version of sops whose files, commands and exit statuses sopskit follows, and which it writes into files. */
export const sopsVersion = '3.13.3';

/**
 * What `--version` prints. Scripts take the second word of the first line, or match `^sops ([0-9.]+)`: they ask which
 * sops this is, and get the answer.
 */
export const versionText: string = `sops ${sopsVersion} (sopskit ${version})`;
