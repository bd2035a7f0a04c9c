import { keyGroupsOf } from '../../config/key-groups.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import type { KeySource, MasterKey, RecipientOptions } from '../../keys/key-source.ts';
import { keySources } from '../../keys/registry.ts';
import type { Configuration } from '../../repository/configuration.ts';
import { mappingOf, stringOf } from '../../tree/mapping.ts';
import type { KeyChoice, KeyOptions } from '../key-choice.ts';

/** Reads the keys named by flags. Throws `key.invalid`, naming the flag. */
export function masterKeys(choices: readonly KeyChoice[], options: KeyOptions): MasterKey[] {
  return choices.flatMap((choice) => {
    try {
      return sourceOf(choice).parse(choice.text, recipientOptions(options));
    } catch (error) {
      if (!(error instanceof SopskitError)) throw error;
      throw new SopskitError(
        error.code,
        `${choice.flag}: ${error.message}`,
        error.hint === undefined ? {} : { hint: error.hint },
      );
    }
  });
}

function sourceOf({ source, flag }: KeyChoice): KeySource {
  const found = keySources.find(({ name }) => name === source);
  if (found === undefined)
    throw new SopskitError('key.unsupported', `${flag} names a kind of key that is not known here`);
  return found;
}

function recipientOptions({ awsProfile, encryptionContext }: KeyOptions): RecipientOptions {
  return {
    ...(awsProfile === null ? {} : { awsProfile }),
    ...(encryptionContext === null
      ? {}
      : {
          encryptionContext: mappingOf([...encryptionContext].map(([key, value]) => [key, stringOf(value)])),
        }),
  };
}

/** The key groups that the creation rule of a file asks for. Throws `config.*`, `key.invalid`. */
export async function keyGroupsFor({ config, matcher }: Configuration, name: string): Promise<MasterKey[][]> {
  const { requireRule } = await import('../../config/match.ts');
  return keyGroupsOf(requireRule(config, await matcher.match(name)), keySources);
}
