import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as sopskit from '../../src/index.ts';

// What the documentation shows must run, and give what it says.
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

describe('README', () => {
  it('shows a library example that gives what its comments say', async () => {
    const code = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    const results = await run(code, {}, ['plain', 'password', 'changed', 'sealed', 'keyFile']);
    const said = [...code.matchAll(/^\/\/ ('.*')$/gm)].map((match) =>
      JSON.parse((match[1] ?? '').replace(/^'|'$/g, '"')),
    );
    expect(said).toHaveLength(1);
    expect(results['plain']).toBe(said[0]);
    expect(results['password']).toMatchObject({ kind: 'string', value: 'correct horse' });
    const identities = [String(results['keyFile'])];
    const changed = await sopskit.decrypt(String(results['changed']), { format: 'yaml', identities });
    expect(changed).toBe('# the app\npassword: battery staple\nport: 0x50\n');
  });

  it('names the two commands', () => {
    const scripts = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts;
    expect(readme).toContain('npm run quickstart');
    expect(readme).toContain('npm cit');
    expect(scripts).toMatchObject({ quickstart: expect.any(String), test: expect.any(String) });
  });

  it('links to files that exist', () => {
    const targets = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map((match) => match[1] ?? '');
    expect(targets.length).toBeGreaterThan(3);
    for (const target of targets) expect(() => readFileSync(join(root, target))).not.toThrow();
  });
});

describe('docstring examples', async () => {
  const { recipient, keyFile } = await sopskit.generateIdentity();
  const sealed = await sopskit.encrypt('password: correct horse\n', {
    format: 'yaml',
    recipients: { age: [recipient] },
  });
  const examples = exampleFiles().flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/@example\n((?: \* .*\n)+)/g)].map((match) =>
      (match[1] ?? '').replaceAll(/^ \* /gm, ''),
    ),
  );

  it('are there', () => expect(examples.length).toBeGreaterThanOrEqual(6));

  it.each(examples)('%s', async (example) => {
    await run(example, { recipient, identity: keyFile, sealed }, []);
  });
});

/** Runs code with the library's exports and `bindings` in scope; returns the values of the named variables. */
async function run(
  code: string,
  bindings: Record<string, unknown>,
  names: string[],
): Promise<Record<string, unknown>> {
  const body = code.replaceAll(/^import .*$/gm, '');
  const scope = { ...sopskit, ...bindings };
  const declared = Object.keys(bindings).map((name) => `let ${name} = scope.${name};`);
  const imported = Object.keys(sopskit).map((name) => `const ${name} = scope.${name};`);
  const source = [
    ...declared,
    'return (async () => {',
    ...imported,
    '{',
    body,
    `return { ${names.join(', ')} };`,
    '}',
    '})();',
  ].join('\n');
  return new Function('scope', source)(scope);
}

function exampleFiles(): string[] {
  const library = join(root, 'src', 'library');
  return readdirSync(library).map((name) => join(library, name));
}
