import { SopskitError } from '../errors/sopskit-error.ts';
import type { InitOptions } from '../repository/init/init-options.ts';
import { identitiesHere } from '../repository/init/own-key.ts';
import { type PlannedInit, planInit } from '../repository/init/plan-init.ts';
import type { InitPlan, Step } from '../repository/init/step.ts';
import type { System } from '../system/system.ts';
import type { CommandContext } from './command.ts';
import { type InitRequest, readRecipients } from './commands/init.ts';
import { ownProgram } from './own-program.ts';
import { absolute } from './streams.ts';

/** Sets a folder up: shows the plan, asks, does it. Returns the exit status. */
export async function runInit(request: InitRequest, context: CommandContext): Promise<number> {
  const { system, terminal } = context;
  const asks = system.prompts.available && !request.yes && !request.dryRun;
  if (!asks && !request.yes && !request.dryRun) throw unasked();
  if (asks)
    terminal.tell(
      'A key, a .sops.yaml, and git that refuses plaintext. Nothing is written before you say so.',
    );
  let options = await optionsFor(request, system, asks);
  let plan = await planInit(system, options);
  if (plan.newConfig && asks && request.recipients.length === 0) {
    options = { ...options, recipients: await askRecipients(system) };
    plan = await planInit(system, options);
  }
  if (plan.missingRule && asks && (await isYes(system, 'Add a rule for the folder to .sops.yaml?')))
    plan = await planInit(system, { ...options, addRule: true });
  tellPlan(plan, context);
  if (request.dryRun || open(plan).length === 0) return plan.missingRule ? 1 : 0;
  if (asks && !(await isYes(system, 'Do this?'))) {
    terminal.tell('Nothing was done.');
    return 1;
  }
  for (const { says, run } of open(plan)) {
    await run();
    terminal.tell(`done: ${says}`);
  }
  const after = await planInit(system, { ...options, addRule: request.addRule });
  for (const note of after.notes) if (!plan.notes.includes(note)) terminal.tell(`note: ${note}`);
  tellNext(after, context);
  return plan.missingRule ? 1 : 0;
}

async function optionsFor(request: InitRequest, system: System, asks: boolean): Promise<InitOptions> {
  const folder = absolute(system, request.folder ?? '.');
  if (system.files.status(folder)?.kind !== 'directory') {
    throw new SopskitError('file.missing', 'there is no such folder', {
      place: { file: request.folder ?? '.' },
      hint: 'Make it first.',
    });
  }
  return {
    folder: system.files.realPath(folder) ?? folder,
    recipients: request.recipients,
    generateKey: request.generateKey ?? (request.recipients.length === 0 ? null : false),
    keyFile: request.keyFile === null ? null : absolute(system, request.keyFile),
    ownRecipient: request.keyFile === null && asks ? await chooseOwn(system) : null,
    keyName: nameFor(request, system),
    pathRegex: request.pathRegex,
    preset: request.preset,
    addRule: request.addRule,
    git: request.git,
    hook: request.hook,
    attributes: request.attributes,
    programs: ownProgram(system).programs,
  };
}

/** Which of several keys is the user's own; `null` where there is no question. */
async function chooseOwn(system: System): Promise<string | null> {
  const here = await identitiesHere(system);
  if (here.length < 2) return null;
  const choices = here.map(({ recipient, place }) => `${recipient} (${place})`);
  const index = await system.prompts.choose('Which key is yours', choices, 'Name its file with --key-file.');
  return here[index]?.recipient ?? null;
}

/** Asks until every answer is a recipient. */
async function askRecipients(system: System): Promise<readonly string[]> {
  const { parseRecipient } = await import('../keys/age/recipient-text.ts');
  for (;;) {
    const answer = await system.prompts.text(
      'Who else is to decrypt? Their age recipients (age1…), commas between them; Enter for nobody',
      'Give them with --age.',
    );
    const recipients = readRecipients([answer]);
    try {
      for (const recipient of recipients) parseRecipient(recipient);
      return recipients;
    } catch (error) {
      if (!(error instanceof SopskitError) || error.code !== 'key.invalid') throw error;
      system.prompts.tell(`${error.message}. Once more.`);
    }
  }
}

/** A comment tells people, and `keys audit`, whose key it is. It stands in the repository: no more than the user's name. */
function nameFor({ keyName }: InitRequest, system: System): string | null {
  const text =
    keyName ?? ['USER', 'LOGNAME', 'USERNAME'].map((name) => system.env.get(name)).find(Boolean) ?? '';
  const name = text
    .replace(/[^\x20-\x7e\u00a1-\u024f]/g, '')
    .replaceAll('#', '')
    .trim()
    .slice(0, 60);
  return name === '' || name === 'root' ? null : name;
}

function open(plan: InitPlan): (Step & { readonly run: NonNullable<Step['run']> })[] {
  return plan.steps.flatMap(({ says, run }) => (run === null ? [] : [{ says, run }]));
}

function tellPlan(plan: PlannedInit, { terminal }: CommandContext): void {
  for (const { says, run } of plan.steps) terminal.tell(`${run === null ? 'is there' : 'will do'}: ${says}`);
  for (const note of plan.notes) terminal.tell(`note: ${note}`);
  if (open(plan).length === 0) terminal.tell('There is nothing to do.');
}

function tellNext({ next }: InitPlan, { terminal }: CommandContext): void {
  terminal.tell('\nNext:');
  for (const { says, command } of next) {
    terminal.tell(`  ${says}${command === null ? '.' : ':'}`);
    if (command !== null) terminal.tell(`    ${command}`);
  }
}

async function isYes(system: System, question: string): Promise<boolean> {
  const answer = await system.prompts.text(`${question} [Y/n]`, yesHint);
  return /^(?:y|yes|)$/i.test(answer.trim());
}

const yesHint = 'Give --yes to do it without a question, or --dry-run to see what would be done.';

function unasked(): SopskitError {
  return new SopskitError('prompt.unavailable', 'there is no terminal to ask on', { hint: yesHint });
}
