import type { CompletedCommand, CompletionTable, Word } from './words.ts';
import { typed } from './words.ts';

/** Prints the PowerShell completion script. Where it offers nothing, PowerShell completes files. */
export function pwshScript({ first, groups, commands }: CompletionTable): string {
  return `# PowerShell completion for sopskit. Load it with: sopskit completion pwsh | Out-String | Invoke-Expression
# Also for those who call it sops. (PowerShell does not tell whether sops has a completion already.)
Register-ArgumentCompleter -Native -CommandName sopskit, sops -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @{
${[entry('', first), ...groups.map(({ name, members }) => entry(name, members)), entry('help', first)].join('\n')}
  }
  $flags = @{
${commands.map(flagEntry).join('\n')}
  }
  $command = ''
  foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {
    $next = "$command $element".Trim()
    if ($element.Extent.EndOffset -lt $cursorPosition -and ($flags.ContainsKey($next) -or $words.ContainsKey($next))) { $command = $next }
  }
  $offered = if ($wordToComplete -like '-*') { $flags[$command] } else { $words[$command] }
  $offered | Where-Object { $_ -and $_[0] -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_[0], $_[0], 'ParameterValue', $_[1])
  }
}
`;
}

function entry(name: string, words: readonly Word[]): string {
  return `    ${quote(name)} = @(${words.map(({ word, says }) => `,@(${quote(word)}, ${quote(says)})`).join(' ')})`;
}

function flagEntry({ name, flags }: CompletedCommand): string {
  const pairs = flags.flatMap((flag) => typed(flag).map((word) => ({ word, says: flag.help })));
  return entry(name, pairs);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
