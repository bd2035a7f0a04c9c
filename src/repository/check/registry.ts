import type { Rule } from './rule.ts';
import { ciphertext } from './rules/ciphertext.ts';
import { conflict } from './rules/conflict.ts';
import { copiedCiphertext } from './rules/copied-ciphertext.ts';
import { embeddedSecret } from './rules/embedded-secret.ts';
import { generator } from './rules/generator.ts';
import { idleRules } from './rules/idle-rules.ts';
import { metadata } from './rules/metadata.ts';
import { opens } from './rules/opens.ts';
import { partlyStaged } from './rules/partly-staged.ts';
import { plaintextRule } from './rules/plaintext-rule.ts';
import { plaintextSealed } from './rules/plaintext-sealed.ts';
import { plaintextSecret } from './rules/plaintext-secret.ts';
import { privateKey } from './rules/private-key.ts';
import { recipients } from './rules/recipients.ts';
import { sealedIdentity } from './rules/sealed-identity.ts';
import { unreadable } from './rules/unreadable.ts';

/** Everything that `check` looks for. A new rule is a file and a line here. */
export const rules: readonly Rule[] = [
  plaintextSecret,
  embeddedSecret,
  plaintextSealed,
  generator,
  plaintextRule,
  privateKey,
  ciphertext,
  copiedCiphertext,
  metadata,
  partlyStaged,
  recipients,
  sealedIdentity,
  conflict,
  opens,
  idleRules,
  unreadable,
];
