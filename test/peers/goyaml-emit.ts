import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TreeJson } from '../formats/yaml/emit-tree.ts';

/** A request of test/peers/goyaml-emit/main.go. */
export type EmitRequest =
  | { readonly op: 'emit'; readonly indent: number; readonly branches: readonly TreeJson[] }
  | { readonly op: 'value'; readonly node: TreeJson }
  | { readonly op: 'read' | 'scalar'; readonly text: string };

export interface EmitAnswer {
  readonly text?: string;
  readonly branches?: readonly TreeJson[];
  readonly error?: string;
}

/** Asks go-yaml, driven as sops drives it, many things at once. */
export async function askGoYaml(oracle: string, requests: readonly EmitRequest[]): Promise<EmitAnswer[]> {
  const child = spawn(oracle, { stdio: ['pipe', 'pipe', 'inherit'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const closed = once(child, 'close');
  child.stdin.end(requests.map((request) => `${JSON.stringify(request)}\n`).join(''));
  await closed;
  const lines = Buffer.concat(chunks).toString('utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as EmitAnswer);
}
