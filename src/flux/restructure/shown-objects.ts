import { type ObjectId, showObject } from '../object-id.ts';

/** Names some objects for a message, and counts the rest. */
export function shownObjects(ids: readonly ObjectId[]): string {
  const shown = ids.slice(0, 5).map(showObject).join(', ');
  return ids.length > 5 ? `${shown} and ${ids.length - 5} more` : shown;
}
