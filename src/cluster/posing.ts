import { SopskitError } from '../errors/sopskit-error.ts';
import { entriesOf } from '../tree/mapping.ts';
import type { Mapping } from '../tree/value.ts';
import type { ConnectionOptions } from './connection.ts';
import type { Posing } from './doing.ts';
import { fieldIn, textIn, textsIn } from './fields.ts';

/** As whom requests are made: as the flags say, else as the user of the kubeconfig; `null`: as oneself. */
export function posingOf(user: Mapping, { asUser, asGroups }: ConnectionOptions): Posing | null {
  const name = asUser ?? textIn(user, 'as');
  const groups = asUser === null && asGroups.length === 0 ? textsIn(user, 'as-groups') : asGroups;
  if (name !== '') return { user: name, groups: [...groups] };
  if (groups.length === 0) return null;
  throw new SopskitError('usage.invalid', '--as-group has no effect without a user', {
    hint: 'Give the user with --as.',
  });
}

/** The headers of impersonation (client-go, transport.impersonatingRoundTripper). */
export function posingHeaders(user: Mapping, options: ConnectionOptions): Record<string, string | string[]> {
  const posing = posingOf(user, options);
  if (posing === null) return {};
  const isOwn = options.asUser === null;
  const uid = isOwn ? textIn(user, 'as-uid') : '';
  const extra = isOwn ? fieldIn(user, 'as-user-extra') : undefined;
  const extras = extra?.kind === 'mapping' ? extra : null;
  return {
    'Impersonate-User': posing.user,
    ...(posing.groups.length === 0 ? {} : { 'Impersonate-Group': [...posing.groups] }),
    ...(uid === '' ? {} : { 'Impersonate-Uid': uid }),
    ...Object.fromEntries(
      (extras === null ? [] : entriesOf(extras)).map(({ key }) => [
        `Impersonate-Extra-${encodeURIComponent(String(key))}`,
        extras === null ? [] : [...textsIn(extras, String(key))],
      ]),
    ),
  };
}
