import type { CompletedCommand, CompletionTable } from './words.ts';
import { typed } from './words.ts';

/** Prints the bash completion script. Files are completed by bash itself (`-o default`). */
export function bashScript({ first, groups, commands }: CompletionTable): string {
  const named = commands.filter(({ name }) => name !== '');
  const oldForm = commands.filter(({ name }) => name === '');
  return `# bash completion for sopskit. Load it with: source <(sopskit completion bash)
_sopskit() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="" command="" word i
  COMPREPLY=()
  ((COMP_CWORD > 0)) && prev="\${COMP_WORDS[COMP_CWORD - 1]}"
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "$command $word" in
${[...first.map(({ word }) => word)].map((word) => `      ' ${word}') command='${word}' ;;`).join('\n')}
${groups.flatMap(({ name, members }) => members.map(({ word }) => `      '${name} ${word}') command='${name} ${word}' ;;`)).join('\n')}
    esac
  done
  case "$command" in
    '')
      if [[ $cur != -* ]]; then
        ((COMP_CWORD == 1)) && COMPREPLY=($(compgen -W '${first.map(({ word }) => word).join(' ')}' -- "$cur"))
        return
      fi
${oldForm.map(flagCase).join('\n')}
      ;;
    help) COMPREPLY=($(compgen -W '${first.map(({ word }) => word).join(' ')}' -- "$cur")) ;;
${groups.map(({ name, members }) => `    ${name}) COMPREPLY=($(compgen -W '${members.map(({ word }) => word).join(' ')}' -- "$cur")) ;;`).join('\n')}
${named.map((command) => `    '${command.name}')\n${flagCase(command)}\n      ;;`).join('\n')}
  esac
}
complete -o bashdefault -o default -F _sopskit sopskit
# for those who call it sops; a completion that sops has already stays
complete -p sops &>/dev/null || complete -o bashdefault -o default -F _sopskit sops
`;
}

/** Completes the value of the flag before the cursor where it has choices, else flag names. */
function flagCase({ flags }: CompletedCommand): string {
  const valued = flags.filter((flag) => flag.kind !== 'bool');
  const chosen = valued.filter((flag) => Array.isArray(flag.completes));
  const free = valued.filter((flag) => !Array.isArray(flag.completes));
  const lines = chosen.map(
    (flag) =>
      `        ${typed(flag).join('|')}) COMPREPLY=($(compgen -W '${(flag.completes as readonly string[]).join(' ')}' -- "$cur")) ;;`,
  );
  if (free.length > 0) lines.push(`        ${free.flatMap(typed).join('|')}) ;;`);
  return `      case "$prev" in
${lines.join('\n')}
        *) [[ $cur == -* ]] && COMPREPLY=($(compgen -W '${flags.flatMap(typed).join(' ')}' -- "$cur")) ;;
      esac`;
}
