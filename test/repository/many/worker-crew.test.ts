import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { SopskitError } from '../../../src/errors/sopskit-error.ts';
import { KeyDesk } from '../../../src/repository/many/key-desk.ts';
import type { ToMain, ToWorker } from '../../../src/repository/many/messages.ts';
import {
  type FileWork,
  failureOf,
  type ManyFile,
  type Outcome,
} from '../../../src/repository/many/outcome.ts';
import { RemoteKeys } from '../../../src/repository/many/remote-keys.ts';
import { runMany } from '../../../src/repository/many/run-many.ts';
import { tallyOf } from '../../../src/repository/many/tally.ts';
import { type Hand, workerCrew } from '../../../src/repository/many/worker-crew.ts';
import { serveFiles } from '../../../src/repository/many/worker-side.ts';
import type { Secret } from '../../../src/secret/secret.ts';
import { fakeSystem } from '../../system/fake-system.ts';
import { countingSource, keyOf } from './fake-keys.ts';

const never = new AbortController().signal;

function files(count: number): ManyFile[] {
  return Array.from({ length: count }, (_, index) => ({
    path: `/w/${index}`,
    shown: `${index}`,
    named: false,
  }));
}

/** Both ends of a worker in this thread; messages go through a real port, copied and transferred. */
function hand(makeWork: (keys: RemoteKeys) => FileWork): Hand & { breakDown(): void } {
  const { port1, port2 } = new MessageChannel();
  const keys = new RemoteKeys((message, transfer) => port2.postMessage(message, transfer));
  const receive = serveFiles(makeWork(keys), keys, (message, transfer) =>
    port2.postMessage(message, transfer),
  );
  port2.on('message', (message: ToWorker) => receive(message));
  let broken: (reason: unknown) => void = () => undefined;
  return {
    send: (message, transfer) => port1.postMessage(message, transfer),
    listen(onMessage, onBroken) {
      broken = onBroken;
      port1.removeAllListeners('message');
      port1.on('message', (message: ToMain) => onMessage(message));
    },
    end: async () => port1.close(),
    breakDown: () => broken(new Error('for a test')),
  };
}

const changed: Outcome = { kind: 'changed' };

describe('workerCrew', () => {
  it('gives each file to one worker, and to all of them', async () => {
    const done = new Map<string, string>();
    let hands = 0;
    const start = (): Hand => {
      const name = `hand ${hands++}`;
      return hand(() => async ({ shown }) => {
        expect(done.has(shown)).toBe(false);
        done.set(shown, name);
        return changed;
      });
    };
    const crew = workerCrew(start, 3, new KeyDesk(fakeSystem({}), []));
    const { results } = await runMany(crew, files(200), never);
    const again = await runMany(
      crew,
      files(5).map((file) => ({ ...file, shown: `again ${file.shown}` })),
      never,
    );
    await crew.close();
    expect(tallyOf(results).changed).toBe(200);
    expect(tallyOf(again.results).changed).toBe(5);
    expect(new Set(done.values()).size).toBe(3);
  });

  it('starts no more workers than there is work for', async () => {
    let hands = 0;
    const start = (): Hand => {
      hands++;
      return hand(() => async () => changed);
    };
    const crew = workerCrew(start, 8, new KeyDesk(fakeSystem({}), []));
    await runMany(crew, files(2), never);
    await crew.close();
    expect(hands).toBe(2);
  });

  it('leaves what was not begun when it is stopped', async () => {
    const stop = new AbortController();
    let begun = 0;
    const slow: FileWork = async () => {
      if (++begun === 6) stop.abort();
      await new Promise((resolve) => setTimeout(resolve, 3));
      return changed;
    };
    const crew = workerCrew(() => hand(() => slow), 2, new KeyDesk(fakeSystem({}), []));
    const { results, interrupted } = await runMany(crew, files(300), stop.signal);
    await crew.close();
    expect(interrupted).toBe(true);
    expect(tallyOf(results)).toMatchObject({ changed: begun, left: 300 - begun });
    expect(begun).toBeLessThan(40);
  });

  it('fails when a worker breaks', async () => {
    const one = hand(() => () => new Promise(() => undefined));
    const crew = workerCrew(() => one, 1, new KeyDesk(fakeSystem({}), []));
    const running = runMany(crew, files(3), never);
    setTimeout(() => one.breakDown(), 5);
    await expect(running).rejects.toThrow('for a test');
  });
});

describe('keys in a worker', () => {
  const hex = (secret: Secret): string => secret.lend((bytes) => Buffer.from(bytes).toString('hex'));

  async function ask(
    wrapsAlone: boolean,
    question: (keys: RemoteKeys, source: ReturnType<typeof countingSource>) => Promise<string>,
  ) {
    const main = countingSource('age', wrapsAlone);
    const here = countingSource('age', wrapsAlone);
    const work =
      (keys: RemoteKeys): FileWork =>
      async () => {
        try {
          return { kind: 'changed', warnings: [await question(keys, here)] };
        } catch (error) {
          return { kind: 'failed', failure: failureOf(error) };
        }
      };
    const crew = workerCrew(() => hand(work), 1, new KeyDesk(fakeSystem({}), [main.source]));
    const { results } = await runMany(crew, files(1), never);
    await crew.close();
    return { outcome: results[0]?.outcome, main: main.calls, here: here.calls };
  }

  const session = (keys: RemoteKeys, { source }: ReturnType<typeof countingSource>) => {
    const [remote] = keys.sources(fakeSystem({}), [source]);
    if (remote === undefined) throw new SopskitError('key.unsupported', 'for a test');
    return remote.open(fakeSystem({}));
  };

  it('are unwrapped in the main thread', async () => {
    const { outcome, main, here } = await ask(true, async (keys, source) =>
      hex(await session(keys, source).unwrap(keyOf('age', 'a', '0a0b'))),
    );
    expect(outcome).toMatchObject({ kind: 'changed', warnings: ['0a0b'] });
    expect(main.unwrapped).toBe(1);
    expect(here.opened).toBe(0);
  });

  it('are wrapped here where nobody need be asked, else in the main thread', async () => {
    const { Secret: Bytes } = await import('../../../src/secret/secret.ts');
    const wrap = async (keys: RemoteKeys, source: ReturnType<typeof countingSource>) => {
      const dataKey = new Bytes(Uint8Array.of(1, 2));
      const { enc } = await session(keys, source).wrap(keyOf('age', 'a', null), dataKey);
      return `${enc} ${hex(dataKey)}`;
    };
    const alone = await ask(true, wrap);
    expect(alone).toMatchObject({
      outcome: { warnings: ['0102 0102'] },
      main: { wrapped: 0 },
      here: { wrapped: 1 },
    });
    const asked = await ask(false, wrap);
    expect(asked).toMatchObject({
      outcome: { warnings: ['0102 0102'] },
      main: { wrapped: 1 },
      here: { wrapped: 0 },
    });
  });

  it('that nobody has fail with what the main thread says', async () => {
    const { outcome } = await ask(true, async (keys, source) =>
      hex(await session(keys, source).unwrap(keyOf('age', 'a', 'none'))),
    );
    expect(outcome).toMatchObject({
      kind: 'failed',
      failure: { code: 'key.unavailable', message: 'nobody has this key', hint: 'Ask around.' },
    });
  });
});
