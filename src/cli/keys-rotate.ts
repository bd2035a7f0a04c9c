import { type RotationPlan, rotateKey } from '../operations/cluster-keys/rotate/rotate.ts';
import type { CommandContext } from './command.ts';
import type { KeysRotateRequest } from './commands/keys-rotate.ts';
import { rotationJson, rotationText } from './keys-rotate-text.ts';
import { narrator } from './narrator.ts';
import { type ProgressBar, progressBar } from './progress.ts';

/** Rotates a key, tells on standard error how it goes, and prints the report. Returns the exit status. */
export async function runRotate(
  request: KeysRotateRequest,
  { system, terminal }: CommandContext,
): Promise<number> {
  const own = narrator(terminal);
  const bars = new Map<string, ProgressBar>();
  const clear = (): void => {
    for (const bar of bars.values()) bar.clear();
  };
  const tell: typeof own = {
    say(line) {
      clear();
      own.say(line);
    },
    wait: (what) => own.wait(what),
  };
  const progress = (title: string, done: Parameters<ProgressBar['show']>[0]): void => {
    const bar = bars.get(title) ?? progressBar(terminal, title);
    bars.set(title, bar);
    if (done.done === done.total) bar.clear();
    else bar.show(done);
  };
  const confirm = async (plan: RotationPlan): Promise<boolean> => {
    for (const line of planLines(plan)) tell.say(line);
    if (request.yes) return true;
    const answer = await system.prompts.text('Do it? [y/N]', 'Say it with --yes.');
    return /^\s*y(?:es)?\s*$/i.test(answer);
  };
  try {
    const report = await rotateKey(system, request, { tell, progress, confirm });
    if (report.state === 'declined') {
      terminal.tell('Nothing was done.');
      return 1;
    }
    terminal.write(request.json ? rotationJson(report) : rotationText(report));
    if (report.failure !== null) throw report.failure;
    return 0;
  } finally {
    clear();
    own.wait('');
  }
}

function planLines({ old, fresh, kind, does }: RotationPlan): readonly string[] {
  const by = fresh ?? (kind === 'hybrid' ? 'a new post-quantum key' : 'a new key');
  return [`replaces ${old} by ${by}:`, ...does.map((one) => `  - ${one}`)];
}
