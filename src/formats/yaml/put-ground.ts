import type { PlaceContext } from './place-context.ts';
import type { YamlSource } from './read.ts';

/** What every change of a collection stands on. */
export interface PutGround {
  readonly source: YamlSource;
  readonly places: PlaceContext;
  readonly lineBreak: string;
}
