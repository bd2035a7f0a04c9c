import { withoutIdentities } from '../errors/without-identities.ts';
import type { CommandContext } from './command.ts';
import type { KeysDoctorRequest } from './commands/keys-doctor.ts';

/**
 * Prints what is wrong with a file; without one with the keys of this machine, then with the repository and the cluster.
 * Throws, after what could be told, what kept it from looking further.
 */
export async function answerKeysDoctor(
  request: KeysDoctorRequest,
  { system, terminal }: CommandContext,
): Promise<number> {
  const { file, json } = request;
  const diagnosis =
    file === null
      ? await (await import('../repository/doctor/diagnose-machine.ts')).diagnoseMachine(system)
      : await (await import('../repository/doctor/diagnose-file.ts')).diagnoseFile(system, file);
  const { diagnosisDocument, diagnosisText } = await import('../repository/doctor/diagnosis-text.ts');
  const write = (text: string): void => terminal.write(withoutIdentities(text));
  const asJson = (document: object): string => `${JSON.stringify(document, null, 2)}\n`;
  if (file !== null) {
    write(json ? asJson(diagnosisDocument(diagnosis)) : diagnosisText(diagnosis));
    return diagnosis.opens ? 0 : 1;
  }
  // what is known at once is not held back by what takes a while
  if (!json) write(diagnosisText(diagnosis));
  const { diagnoseKeys } = await import('../operations/cluster-keys/doctor/key-doctor.ts');
  const report = await diagnoseKeys(system, request);
  if (report === null) {
    if (json) write(asJson({ ...diagnosisDocument(diagnosis), flux: null }));
    return diagnosis.opens ? 0 : 1;
  }
  if (json) {
    const { reportJson } = await import('../operations/cluster-keys/doctor/report-json.ts');
    write(asJson({ ...diagnosisDocument(diagnosis), flux: reportJson(report) }));
  } else {
    const { reportText } = await import('../operations/cluster-keys/doctor/report-text.ts');
    write(`\n${reportText(report, terminal.colours.output)}`);
  }
  if (report.failure !== null) throw report.failure;
  const { isToMend } = await import('../operations/cluster-keys/doctor/key-report.ts');
  if (isToMend(report) || (request.connection === null && !diagnosis.opens)) return 1;
  return report.missed.length > 0 ? 2 : 0;
}
