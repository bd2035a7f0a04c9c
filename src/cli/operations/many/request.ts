import type { FormatName } from '../../../formats/format.ts';
import type { Encryption } from '../../encryption.ts';
import type { KeyAccess } from '../../key-access.ts';
import type { KeyChoice, KeyOptions } from '../../key-choice.ts';

/** What is to be done with many files. Plain data: it crosses threads. */
export type ManyRequest = Common & Work;

interface Common {
  /** `--config`, as typed; `null`: each file goes by the nearest `.sops.yaml` above it. */
  readonly config: string | null;
  readonly inputType: FormatName | null;
  readonly access: KeyAccess;
  /** Whether nothing is written. */
  readonly dryRun: boolean;
}

type Work =
  | {
      readonly command: 'encrypt';
      readonly encryption: Encryption;
      readonly ignoreMac: boolean;
      /** One file, given by its name: what is encrypted in it is as sops has it. */
      readonly oneFile: boolean;
    }
  | { readonly command: 'decrypt' | 'verify'; readonly ignoreMac: boolean }
  | { readonly command: 'updatekeys' }
  | {
      readonly command: 'rotate';
      readonly ignoreMac: boolean;
      readonly add: readonly KeyChoice[];
      readonly remove: readonly KeyChoice[];
      readonly options: KeyOptions;
    }
  | {
      readonly command: 'rekey';
      readonly ignoreMac: boolean;
      /** Whether files whose recipients are right already are left as they are. */
      readonly onlyStale: boolean;
    };

export type ManyCommand = ManyRequest['command'];

/** The part of a request that one command gets. */
export type RequestOf<Name extends ManyCommand> = Extract<ManyRequest, { readonly command: Name }>;
