/** regex.json: what Go's regexp, the engine of sops, says of the expressions and texts in go/regex/main.go. */
import { join } from 'node:path';

export function record({ run, vectors, write }) {
  const cwd = join(vectors, 'recorders', 'go');
  write('regex.json', run('go', ['run', '-buildvcs=false', './regex'], { cwd, encoding: 'utf8' }));
}
