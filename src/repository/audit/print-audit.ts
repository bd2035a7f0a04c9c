import type { Audit } from './audit.ts';

/**
 * Prints an audit: for people, for programs (one JSON document), or as a page. Commands in the text are for `folder`
 * (absolute).
 */
export async function printAudit(
  audit: Audit,
  format: 'text' | 'json' | 'html',
  folder: string = audit.root,
): Promise<string> {
  switch (format) {
    case 'json':
      return `${JSON.stringify(audit, null, 2)}\n`;
    case 'html':
      return (await import('./page/audit-page.ts')).auditPage(audit);
    case 'text':
      return (await import('./audit-text.ts')).auditText(audit, folder);
  }
}
