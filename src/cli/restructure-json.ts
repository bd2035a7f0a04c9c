import type { Restructuring } from '../flux/restructure/step.ts';
import { guardText, stepCommands } from './restructure-commands.ts';
import { diffLines } from './restructure-diff.ts';
import type { ShownRestructuring } from './restructure-text.ts';

/** The document of `--json` (docs/restructure.md): encrypted values stay ciphertext in it. */
export function restructuringJson({ restructuring, files, done, commanding }: ShownRestructuring): unknown {
  const { title, id, cluster, steps, remarks } = restructuring;
  return {
    title,
    id,
    cluster,
    steps: steps.map((step, index) => ({
      title: step.title,
      message: step.message,
      committed: index < done,
      before: step.before,
      files: (files[index] ?? []).map((file) => ({
        path: file.path,
        from: file.from,
        change:
          file.from !== null
            ? 'moved'
            : file.before === null
              ? 'added'
              : file.after === null
                ? 'removed'
                : 'changed',
        diff: `${diffLines(file).join('\n')}\n`,
      })),
      guards: step.guards.map((guard) => ({ ...guardData(guard), says: guardText(guard) })),
      after: step.after,
      commands: stepCommands(restructuring, index, commanding),
      plan: step.plan,
    })),
    remarks,
  };
}

/** A field's value as JSON has it, not as a tree. */
function guardData(guard: Restructuring['steps'][number]['guards'][number]): object {
  if (guard.kind !== 'field') return guard;
  const { value } = guard;
  return { ...guard, value: 'value' in value && typeof value.value !== 'bigint' ? value.value : null };
}
