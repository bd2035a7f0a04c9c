// Records what `sops --help` and `sops COMMAND --help` print. Run: node test/vectors/record-cli-help.js PATH-OF-SOPS
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const sops = process.argv[2] ?? 'sops';
const ask = (...words) => execFileSync(sops, words, { encoding: 'utf8', env: { PATH: process.env.PATH } });
const commandsOf = (text) => [...text.matchAll(/^ {3}([a-z-]+)(?:, [a-z])?(?: {2,}|$)/gm)].map((match) => match[1]);

const help = { '': ask('--help') };
const section = (text) => /\nCOMMANDS:\n([\s\S]*?)\n\n/.exec(text)?.[1] ?? '';
for (const name of commandsOf(section(help['']))) {
  if (name === 'help') continue;
  help[name] = ask(name, '--help');
  for (const member of commandsOf(section(help[name]))) help[`${name} ${member}`] = ask(name, member, '--help');
}
const version = ask('--version', '--disable-version-check').trim();
writeFileSync(new URL('cli-help.json', import.meta.url), `${JSON.stringify({ version, help }, null, 2)}\n`);
