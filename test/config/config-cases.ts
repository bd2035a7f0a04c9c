import type { ConfigCase } from './config-case.ts';
import { placeCases } from './place-cases.ts';
import { recipientCases } from './recipient-cases.ts';
import { ruleCases } from './rule-cases.ts';

export const configCases: readonly ConfigCase[] = [...recipientCases, ...ruleCases, ...placeCases];
