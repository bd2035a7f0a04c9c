import type { KindRef } from '../../cluster/cluster.ts';

export const secretKind: KindRef = { apiVersion: 'v1', kind: 'Secret' };
