import { requireRule } from '../../config/match.ts';
import { SopskitError } from '../../errors/sopskit-error.ts';
import { keySources } from '../../keys/registry.ts';
import { reviewSecrets } from '../../manifests/review-secrets.ts';
import { decryptedBytes } from '../../sops/decrypt.ts';
import { checkEncryptable, type EncryptOptions, encryptDocument } from '../../sops/encrypt.ts';
import { isEncrypted } from '../../sops/file-status.ts';
import { rotateFile } from '../../sops/rotate.ts';
import { setValue, unsetValue } from '../../sops/set.ts';
import { keyChanges, withKeys } from '../../sops/update-keys.ts';
import type { System } from '../../system/system.ts';
import type { Operations, Source } from '../operations.ts';
import { refuseBreakable } from './breakable.ts';
import { convertSealed } from './convert-sealed.ts';
import { editExisting, editNew } from './editing.ts';
import { plainFormat, sealedFormat } from './file-format.ts';
import { keyGroupsFor, masterKeys } from './master-keys.ts';
import { policyFor } from './policy.ts';
import { readSetValue } from './set-value.ts';
import { type OpenRequest, placed, Workbench } from './workbench.ts';

/** Makes the work on SOPS files that the commands call, over one system. */
export function createOperations(system: System): Operations {
  const bench = new Workbench(system);
  return {
    async encrypt(request, source) {
      const format = await plainFormat(request.inputType, source.name);
      const policy = await policyFor(
        system,
        await bench.configuration(request),
        source.name,
        request,
        format.name === 'binary',
      );
      const style = await bench.style(request, format);
      const options: EncryptOptions = {
        system,
        keyring: bench.keyring(request.access),
        style,
        review: (plain, readable) => reviewSecrets(plain.data, readable),
        allowPlaintext: request.allowPlaintext,
      };
      const bytes = await placed(source, () => {
        const plain = format.parse(source.bytes);
        checkEncryptable(plain);
        refuseBreakable(source.name, plain, request.anyKind);
        return encryptDocument(plain, policy, options);
      });
      return convertSealed(bench, request, format, bytes);
    },

    async decrypt(request, source) {
      const open = await bench.open(request, source);
      const outputFormat = await bench.outputFormat(request.outputType, open.sealed.document.format);
      return decryptedBytes(open, {
        outputFormat,
        style: await bench.style(request, outputFormat),
        relayout: request.indent !== null,
        ...(request.extract.length > 0 ? { extract: request.extract } : {}),
      });
    },

    async decryptTree(request, source) {
      const open = await bench.open(request, source);
      return open.branches[0] ?? { kind: 'mapping', entries: [] };
    },

    async decryptFile(request, source) {
      const open = await bench.open(request, source);
      const outputFormat = await bench.outputFormat(request.outputType, open.sealed.document.format);
      return decryptedBytes(open, { outputFormat, style: await bench.style(request, outputFormat) });
    },

    edit: (request, source) => editExisting(bench, request, source),
    editNew: (request, name) => editNew(bench, request, name),

    async set(request, source, text) {
      const value = await readSetValue(text);
      const open = await bench.open(request, source);
      const { bytes, changed } = await placed(source, () =>
        setValue(open, request.path, value, openOptions(request)),
      );
      return { bytes: await convertSealed(bench, request, open.sealed.document.format, bytes), changed };
    },

    async unset(request, source) {
      const open = await bench.open(request, source);
      const bytes = await placed(source, () => unsetValue(open, request.path, openOptions(request)));
      return convertSealed(bench, request, open.sealed.document.format, bytes);
    },

    async rotate(request, source) {
      const add = masterKeys(request.add, request);
      const remove = masterKeys(request.remove, request);
      const open = await bench.open(request, source);
      const bytes = await placed(source, () => rotateFile(open, { ...openOptions(request), add, remove }));
      return convertSealed(bench, request, open.sealed.document.format, bytes);
    },

    async updateKeys(request, source) {
      const file = await bench.readSealed(request, source);
      const configuration = await bench.configuration(request);
      if (configuration === null) throw noConfiguration();
      const wanted = await keyGroupsFor(configuration, source.name);
      const changes = keyChanges(file, wanted);
      const apply = () =>
        placed(source, () => withKeys(file, wanted, changes.threshold.to, bench.keyring(request.access)));
      return { groups: changes.groups, threshold: changes.threshold, apply };
    },

    async groupsAdd(request, source) {
      const file = await bench.readSealed(request, source);
      const groups = [...file.metadata.keyGroups, masterKeys(request.keys, request)];
      return changeGroups(request, source, groups, request.threshold ?? file.metadata.shamirThreshold);
    },

    async groupsDelete(request, source) {
      const file = await bench.readSealed(request, source);
      const { keyGroups, shamirThreshold } = file.metadata;
      if (keyGroups[request.index] === undefined) throw noGroup(request.index, keyGroups.length);
      const groups = keyGroups.filter((_, index) => index !== request.index);
      const threshold = request.threshold ?? shamirThreshold;
      if (groups.length < threshold) throw thresholdTooHigh(groups.length, threshold);
      return changeGroups(request, source, groups, threshold);
    },

    async fileStatus(request, source) {
      const format = await sealedFormat(request.inputType, source.name, source.bytes);
      return {
        encrypted: await placed(source, () => isEncrypted(format.parseSealed(source.bytes), keySources)),
      };
    },

    async checkRule(settings, name) {
      const configuration = await bench.configuration(settings);
      if (configuration === null || configuration.config.creationRules === null) return;
      requireRule(configuration.config, await configuration.matcher.match(name));
    },

    publish: () => Promise.reject(notInThisRelease('publish')),
    serveKeys: () => Promise.reject(notInThisRelease('keyservice')),
  };

  function openOptions(request: Pick<OpenRequest, 'access'>) {
    return { system, keyring: bench.keyring(request.access) };
  }

  async function changeGroups(
    request: Parameters<Operations['groupsAdd']>[0] | Parameters<Operations['groupsDelete']>[0],
    source: Source,
    groups: Parameters<typeof withKeys>[1],
    threshold: number,
  ): Promise<Uint8Array> {
    const file = await bench.readSealed(request, source);
    const bytes = await placed(source, () =>
      withKeys(file, groups, threshold, bench.keyring(request.access)),
    );
    return convertSealed(bench, request, file.document.format, bytes);
  }
}

function noConfiguration(): SopskitError {
  return new SopskitError('config.missing', 'there is no .sops.yaml to take the keys from', {
    hint: 'Run it inside the repository, or name the file with --config.',
  });
}

function noGroup(index: number, count: number): SopskitError {
  return new SopskitError(
    'usage.invalid',
    `there is no key group ${index}; the file has ${count} (the first is 0)`,
  );
}

function thresholdTooHigh(groups: number, threshold: number): SopskitError {
  return new SopskitError(
    'usage.invalid',
    `${groups} key groups would be left, and the Shamir threshold is ${threshold}`,
    {
      hint: 'Lower it with --shamir-secret-sharing-threshold.',
    },
  );
}

function notInThisRelease(what: string): SopskitError {
  return new SopskitError('usage.invalid', `${what} is not in this release of sopskit`, {
    hint: `Use sops ${what}.`,
  });
}
