/** Whether a text is how kubectl shows Secrets without `-o yaml` or `-o json`: a table, a description, or names. */
export function isForPeople(start: string): boolean {
  const [line = ''] = start.trimStart().split('\n');
  return (
    /^(?:NAMESPACE\s+)?NAME\s+TYPE\s+DATA\s+AGE\b/.test(line) ||
    /^(?:\S+\s+)?\S+\s+\S+\s+\d+\s+(?:\d+[a-z])+\s*$/.test(line) ||
    /^secret\/\S+\s*$/.test(line) ||
    /^Name:\s+\S+\s*\nNamespace:\s/.test(start.trimStart())
  );
}
