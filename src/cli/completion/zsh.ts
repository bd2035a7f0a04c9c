import type { Flag } from '../command.ts';
import type { CompletedCommand, CompletionTable, Word } from './words.ts';
import { typed } from './words.ts';

/** Prints the zsh completion script, with a description beside each word. */
export function zshScript({ first, groups, commands }: CompletionTable): string {
  const oldForm = commands.filter(({ name }) => name === '');
  const named = commands.filter(({ name }) => name !== '');
  return `#compdef sopskit sops
# zsh completion for sopskit. Load it with: source <(sopskit completion zsh)
_sopskit() {
  local -a words_of
  if ((CURRENT == 2)) && [[ $words[2] != -* ]]; then
    words_of=(${describeWords(first)})
    _describe -t commands command words_of
    _files
    return
  fi
  case "$words[2]" in
    help)
      words_of=(${describeWords(first)})
      _describe -t commands command words_of
      ;;
${groups.map(({ name, members }) => groupCase(name, members, named)).join('\n')}
${named
  .filter(({ name }) => !name.includes(' '))
  .map(
    (command) =>
      `    ${command.name})\n      shift words; ((CURRENT--))\n      ${argumentsOf(command)}\n      ;;`,
  )
  .join('\n')}
    *)
      ${oldForm.map(argumentsOf).join('')}
      ;;
  esac
}
compdef _sopskit sopskit
# for those who call it sops; a completion that sops has already stays
compdef -n _sopskit sops
`;
}

function groupCase(name: string, members: readonly Word[], commands: readonly CompletedCommand[]): string {
  const cases = commands
    .filter((command) => command.name.startsWith(`${name} `))
    .map((command) => `        ${command.name.slice(name.length + 1)}) ${argumentsOf(command)} ;;`);
  return `    ${name})
      if ((CURRENT == 3)); then
        words_of=(${describeWords(members)})
        _describe -t commands command words_of
        return
      fi
      shift words; ((CURRENT--)); shift words; ((CURRENT--))
      case "$words[1]" in
${cases.join('\n')}
      esac
      ;;`;
}

function describeWords(words: readonly Word[]): string {
  return words.map(({ word, says }) => quote(`${word}:${says}`)).join(' ');
}

function argumentsOf({ flags, files }: CompletedCommand): string {
  return ['_arguments -s', ...flags.flatMap(flagSpecs), ...(files ? [quote('*:file:_files')] : [])].join(' ');
}

function flagSpecs(flag: Flag): readonly string[] {
  const says = flag.help.replace(/[[\]:\\]/gu, '\\$&');
  const repeat = flag.kind === 'list' ? '*' : '';
  return typed(flag).map((name) => {
    if (flag.kind === 'bool') return quote(`${repeat}${name}[${says}]`);
    const equals = name.startsWith('--') ? '=' : '';
    return quote(
      `${repeat}${name}${equals}[${says}]:${(flag.value ?? 'value').toLowerCase()}:${action(flag)}`,
    );
  });
}

function action({ completes }: Flag): string {
  if (completes === 'file') return '_files';
  return completes === undefined ? '' : `(${completes.join(' ')})`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
