import type { BoundCluster } from '../bound-cluster.ts';

/** How it was told which cluster of the repository is meant, for messages. */
export function boundText(by: BoundCluster['by']): string {
  switch (by) {
    case 'live':
      return 'as its Kustomization there says';
    case 'named':
      return 'as named';
    case 'only':
      return 'the only one there';
    case 'context':
      return 'by the name of the context';
    case 'none':
      return 'as far as can be told';
  }
}
