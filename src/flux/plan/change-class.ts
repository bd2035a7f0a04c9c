import type { ObjectChange } from './plan.ts';

/** What becomes of an object, as plans list it, the dangerous first. */
export interface ChangeClass {
  readonly name: string;
  /** What the object is then: `deleted`, in sentences. */
  readonly says: string;
  readonly level: 'danger' | 'warning' | 'quiet';
  readonly holds: (change: ObjectChange) => boolean;
}

const changed: ChangeClass = { name: 'changed', says: 'changed', level: 'quiet', holds: () => true };

/** In the order in which they are shown; the first that holds counts. */
export const changeClasses: readonly ChangeClass[] = [
  {
    name: 'replaced',
    says: 'replaced by another of its generator',
    level: 'quiet',
    holds: ({ replacedBy }) => replacedBy !== undefined,
  },
  {
    name: 'deleted',
    says: 'deleted',
    level: 'danger',
    holds: ({ kind, risk }) => kind === 'deleted' && risk === 'certain',
  },
  {
    name: 'made anew',
    says: 'deleted and made anew',
    level: 'danger',
    holds: ({ risk }) => risk === 'certain',
  },
  {
    name: 'maybe deleted',
    says: 'deleted in some order of events',
    level: 'danger',
    holds: ({ kind, risk }) => kind === 'deleted' && risk === 'possible',
  },
  {
    name: 'maybe made anew',
    says: 'deleted and made anew in some order of events',
    level: 'danger',
    holds: ({ risk }) => risk === 'possible',
  },
  { name: 'uninstalled', says: 'installed anew', level: 'danger', holds: ({ falls }) => falls.length > 0 },
  {
    name: 'orphaned',
    says: 'left without an owner',
    level: 'warning',
    holds: ({ kind }) => kind === 'orphaned',
  },
  { name: 'moved', says: 'moved, and kept', level: 'quiet', holds: ({ kind }) => kind === 'moved' },
  { name: 'created', says: 'created', level: 'quiet', holds: ({ kind }) => kind === 'created' },
  changed,
];

export function classOf(change: ObjectChange): ChangeClass {
  return changeClasses.find(({ holds }) => holds(change)) ?? changed;
}

/** As they are listed: what is only replaced comes to the end. */
export const listedClasses: readonly ChangeClass[] = [
  ...changeClasses.filter(({ name }) => name !== 'replaced'),
  ...changeClasses.filter(({ name }) => name === 'replaced'),
];
