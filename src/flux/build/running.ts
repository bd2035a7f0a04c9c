import type { Conversation, RunOptions, RunResult } from '../../system/processes.ts';
import type { System } from '../../system/system.ts';

/** The programs that run now, so that they can be ended. */
export class Running {
  readonly #programs = new Set<Conversation>();
  #ended = false;

  /** Runs a program without input. One that would start after `end` is taken for ended by it. */
  async run(
    { processes }: System,
    program: string,
    args: readonly string[],
    options: RunOptions,
  ): Promise<RunResult> {
    const none = new Uint8Array();
    if (this.#ended) return { status: null, signal: 'SIGTERM', stdout: none, stderr: none };
    const started = processes.converse(program, args, options);
    this.#programs.add(started);
    try {
      return await started.close();
    } finally {
      this.#programs.delete(started);
    }
  }

  end(): void {
    this.#ended = true;
    for (const program of this.#programs) program.kill();
  }
}
