/** cli-help.json: what `sops --help` and `sops COMMAND --help` print. */
export function record({ run, tool, write }) {
  const sops = tool('sops');
  const ask = (...words) => run(sops, words, { encoding: 'utf8', env: { PATH: process.env.PATH } });
  const help = { '': ask('--help') };
  for (const name of commandsOf(help[''])) {
    if (name === 'help') continue;
    help[name] = ask(name, '--help');
    for (const member of commandsOf(help[name])) help[`${name} ${member}`] = ask(name, member, '--help');
  }
  const version = ask('--version', '--disable-version-check').trim();
  write('cli-help.json', `${JSON.stringify({ version, help }, null, 2)}\n`);
}

function commandsOf(text) {
  const section = /\nCOMMANDS:\n([\s\S]*?)\n\n/.exec(text)?.[1] ?? '';
  return [...section.matchAll(/^ {3}([a-z-]+)(?:, [a-z])?(?: {2,}|$)/gm)].map((match) => match[1]);
}
