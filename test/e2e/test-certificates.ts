import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

/** Makes a key and a certificate that `ca` (its files without their ending) signs, with `days` from now (negative: over). */
export function certificate(
  folder: string,
  name: string,
  options: { readonly ca: string; readonly subject: string; readonly days: number; readonly names?: string },
): { readonly crt: string; readonly key: string } {
  const openssl = (...args: readonly string[]): void =>
    void execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const [key, csr, crt] = ['key', 'csr', 'crt'].map((end) => path.join(folder, `${name}.${end}`)) as [
    string,
    string,
    string,
  ];
  openssl(
    'req',
    '-new',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-keyout',
    key,
    '-out',
    csr,
    '-subj',
    options.subject,
  );
  const extensions = path.join(folder, `${name}.ext`);
  writeFileSync(extensions, options.names === undefined ? '' : `subjectAltName=${options.names}\n`);
  const by = [
    '-CA',
    `${options.ca}.crt`,
    '-CAkey',
    `${options.ca}.key`,
    '-CAserial',
    path.join(folder, `${name}.srl`),
    '-CAcreateserial',
  ];
  openssl(
    'x509',
    '-req',
    '-in',
    csr,
    ...by,
    '-days',
    String(options.days),
    '-extfile',
    extensions,
    '-out',
    crt,
  );
  return { crt, key };
}

/** Makes an authority of its own; returns its files without their ending. */
export function authority(folder: string, name: string): string {
  const file = path.join(folder, name);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${file}.key`];
  execFileSync(
    'openssl',
    ['req', '-x509', ...key, '-out', `${file}.crt`, '-subj', `/CN=${name}`, '-days', '2'],
    {
      stdio: 'pipe',
    },
  );
  return file;
}
