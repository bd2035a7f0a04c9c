import { SopskitError } from '../errors/sopskit-error.ts';
import { shellWord } from '../repository/check/shell-word.ts';
import type { InitOptions } from '../repository/init/init-options.ts';
import { identitiesHere } from '../repository/init/own-key.ts';
import { type PlannedInit, planInit } from '../repository/init/plan-init.ts';
import type { InitPlan, Step } from '../repository/init/step.ts';
import type { System } from '../system/system.ts';
import type { CommandContext } from './command.ts';
import type { InitRequest } from './commands/init.ts';
import { ownProgram } from './own-program.ts';
import { absolute } from './streams.ts';
import { readRecipients } from './typed-recipients.ts';

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
  if (plan.missingRule && asks && (await isYes(system, 'Add a rule for the folder to .sops.yaml?')))
    plan = await planInit(system, { ...options, addRule: true });
  tellPlan(plan, context);
  if (request.dryRun || open(plan).length === 0) return plan.missingRule ? 1 : 0;
  if (asks) {
    const agreed = await agree(plan, options, request, context);
    if (agreed === null) {
      terminal.tell('Nothing was done.');
      return 1;
    }
    ({ plan, options } = agreed);
  }
  await carryOut(plan, context);
  const after = await planInit(system, { ...options, addRule: false, keyNameGiven: false });
  for (const note of after.notes) if (!plan.notes.includes(note)) terminal.tell(`note: ${note}`);
  tellNext(after, context);
  return plan.missingRule ? 1 : 0;
}

async function optionsFor(request: InitRequest, system: System, asks: boolean): Promise<InitOptions> {
  const folder = absolute(system, request.folder ?? '.');
  if (system.files.status(folder)?.kind !== 'directory') {
    throw new SopskitError('file.missing', 'there is no such folder', {
      place: { file: request.folder ?? '.' },
      hint: `Make it first: mkdir -p ${shellWord(request.folder ?? '.')}`,
    });
  }
  return {
    folder: system.files.realPath(folder) ?? folder,
    recipients: request.recipients,
    generateKey: request.generateKey ?? (request.recipients.length === 0 ? null : false),
    keyFile: request.keyFile === null ? null : absolute(system, request.keyFile),
    ownRecipient: request.keyFile === null && asks ? await chooseOwn(system) : null,
    keyName: nameFor(request, system),
    keyNameGiven: request.keyName !== null,
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

interface Agreed {
  readonly plan: PlannedInit;
  readonly options: InitOptions;
}

/**
 * Asks whether the plan, which was shown, is to be done. For a new `.sops.yaml` the answer can also be the recipients of
 * others, for whom it is then made, and shown once more. `null`: no.
 */
async function agree(
  plan: PlannedInit,
  options: InitOptions,
  request: InitRequest,
  context: CommandContext,
): Promise<Agreed | null> {
  const { system } = context;
  const takesOthers = plan.newConfig && request.recipients.length === 0;
  const choices = takesOthers ? '[Y/n, or the age recipients of others who are to decrypt, too]' : '[Y/n]';
  for (let agreed: Agreed = { plan, options }; ; ) {
    const answer = await system.prompts.text(`Do this? ${choices}`, yesHint);
    const said = readYes(answer);
    if (said !== null) return said ? agreed : null;
    const recipients = takesOthers ? await recipientsIn(answer, system) : null;
    if (recipients === null) {
      system.prompts.tell('Please answer y or n.');
      continue;
    }
    const wider = { ...options, recipients };
    agreed = { plan: await planInit(system, wider), options: wider };
    tellPlan(agreed.plan, context);
  }
}

/** `null` where the answer is no list of recipients; why is said. */
async function recipientsIn(answer: string, system: System): Promise<readonly string[] | null> {
  if (!answer.includes('age1')) return null;
  const { parseRecipient } = await import('../keys/age/recipient-text.ts');
  const recipients = readRecipients(answer.split(/\s+/));
  try {
    for (const recipient of recipients) parseRecipient(recipient);
    return recipients;
  } catch (error) {
    if (!(error instanceof SopskitError) || error.code !== 'key.invalid') throw error;
    system.prompts.tell(`${error.message}.`);
    return null;
  }
}

/** Nothing is begun where a step is known to fail. What was done before a failure is kept, and found by the next run. */
async function carryOut(plan: InitPlan, { terminal }: CommandContext): Promise<void> {
  const steps = open(plan);
  for (const { check } of steps) await trying(async () => check?.());
  for (const { says, run } of steps) {
    await trying(run);
    terminal.tell(`done: ${says}`);
  }
}

async function trying(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof SopskitError) || error.code === 'interrupted') throw error;
    const { code, message, place, hint } = error;
    throw new SopskitError(code, message, {
      ...(place === undefined ? {} : { place }),
      hint: `${hint === undefined ? '' : `${hint} `}Then run init again: it does what is missing.`,
      cause: error,
    });
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
  return plan.steps.flatMap((step) => (step.run === null ? [] : [{ ...step, run: step.run }]));
}

function tellPlan(plan: PlannedInit, { terminal }: CommandContext): void {
  for (const { says, run } of plan.steps) terminal.tell(`${run === null ? 'is there' : 'will do'}: ${says}`);
  for (const note of plan.notes) terminal.tell(`note: ${note}`);
  if (open(plan).length > 0) return;
  terminal.tell(plan.missingRule ? 'Nothing is done: a rule is missing.' : 'There is nothing to do.');
}

function tellNext({ next }: InitPlan, { terminal }: CommandContext): void {
  terminal.tell('\nNext:');
  for (const { says, command } of next) {
    terminal.tell(`  ${says}${command === null ? '.' : ':'}`);
    if (command !== null) terminal.tell(`    ${command}`);
  }
}

async function isYes(system: System, question: string): Promise<boolean> {
  for (;;) {
    const said = readYes(await system.prompts.text(`${question} [Y/n]`, yesHint));
    if (said !== null) return said;
    system.prompts.tell('Please answer y or n.');
  }
}

/** Enter is yes; `null` is neither. */
function readYes(answer: string): boolean | null {
  const text = answer.trim();
  return /^(?:y|yes|)$/i.test(text) ? true : /^(?:n|no)$/i.test(text) ? false : null;
}

const yesHint = 'Give --yes to do it without a question, or --dry-run to see what would be done.';

function unasked(): SopskitError {
  return new SopskitError('prompt.unavailable', 'there is no terminal to ask on', { hint: yesHint });
}
