/** One way in which an encrypted YAML file comes to harm. */
export interface Damage {
  readonly name: string;
  /** Makes the damaged file from a sound one. */
  harm(sound: string): string | Uint8Array;
}

const swap = (text: string, one: RegExp, other: RegExp): string => {
  const [first, second] = [one.exec(text)?.[1] ?? '', other.exec(text)?.[1] ?? ''];
  return text
    .replace(first, () => '\0')
    .replace(second, () => first)
    .replace('\0', () => second);
};
const data = (text: string): string => text.slice(0, text.indexOf('\nsops:') + 1);
const block = (text: string): string => text.slice(text.indexOf('\nsops:') + 1);

/** What is wrong with a value, or with where it stands. */
export const valueDamages: readonly Damage[] = [
  {
    name: 'ciphertext with a changed character',
    harm: (text) =>
      text.replace(
        /(password: ENC\[AES256_GCM,data:)(.)/,
        (_, head, first) => head + (first === 'A' ? 'B' : 'A'),
      ),
  },
  {
    name: 'ciphertext with a changed iv',
    harm: (text) => text.replace(/,iv:(.)/, (_, first) => `,iv:${first === 'A' ? 'B' : 'A'}`),
  },
  {
    name: 'ciphertext with a changed tag',
    harm: (text) => text.replace(/,tag:(.)/, (_, first) => `,tag:${first === 'A' ? 'B' : 'A'}`),
  },
  {
    name: 'ciphertext that is not base64',
    harm: (text) => text.replace(/(password: ENC\[AES256_GCM,data:)../, '$1??'),
  },
  {
    name: 'ciphertext without data',
    harm: (text) => text.replace(/(password: ENC\[AES256_GCM,data:)[^,]*/, '$1'),
  },
  { name: 'ciphertext with an empty tag', harm: (text) => text.replace(/(password: .*,tag:)[^,]*/, '$1') },
  {
    name: 'ciphertext cut in the middle',
    harm: (text) => text.replace(/(password: ENC\[AES256_GCM,data:....).*/, '$1'),
  },
  {
    name: 'ciphertext with an unknown type',
    harm: (text) => text.replace(/(password: .*)type:str\]/, '$1type:thing]'),
  },
  {
    name: 'a string given the type int',
    harm: (text) => text.replace(/(password: .*)type:str\]/, '$1type:int]'),
  },
  {
    name: 'a string given the type bool',
    harm: (text) => text.replace(/(password: .*)type:str\]/, '$1type:bool]'),
  },
  {
    name: 'a string given the type comment',
    harm: (text) => text.replace(/(password: .*)type:str\]/, '$1type:comment]'),
  },
  {
    name: 'a comment given the type str',
    harm: (text) => text.replace(/^(#ENC.*)type:comment\]/m, '$1type:str]'),
  },
  {
    name: 'an int given the type str',
    harm: (text) => text.replace(/(number: .*)type:int\]/, '$1type:str]'),
  },
  { name: 'swapped values', harm: (text) => swap(text, /password: (ENC\S+)/, /number: (ENC\S+)/) },
  { name: 'swapped items of a list', harm: (text) => swap(text, /- (ENC\S+)/, /- ENC\S+\n +- (ENC\S+)/) },
  { name: 'a renamed key', harm: (text) => text.replace('password:', 'passwort:') },
  { name: 'a removed value', harm: (text) => text.replace(/ +password: .*\n/, '') },
  { name: 'a removed plain value', harm: (text) => text.replace(/plain_unencrypted: .*\n/, '') },
  { name: 'a changed plain value', harm: (text) => text.replace('readable', 'changed') },
  {
    name: 'an added plain value',
    harm: (text) => text.replace('plain_unencrypted:', 'more_unencrypted: x\nplain_unencrypted:'),
  },
  {
    name: 'an added null',
    harm: (text) => text.replace('plain_unencrypted:', 'more: null\nplain_unencrypted:'),
  },
  {
    name: 'an added empty string',
    harm: (text) => text.replace('plain_unencrypted:', 'more: ""\nplain_unencrypted:'),
  },
  {
    name: 'a readable value where ciphertext was',
    harm: (text) => text.replace(/password: ENC\S+/, 'password: by hand'),
  },
  {
    name: 'a readable number where ciphertext was',
    harm: (text) => text.replace(/number: ENC\S+/, 'number: 12'),
  },
  { name: 'a doubled key', harm: (text) => text.replace(/( +password: .*\n)/, '$1$1') },
  { name: 'plaintext behind the sops block', harm: (text) => `${text}appended: in clear\n` },
  { name: 'a second document in clear', harm: (text) => `${text}---\nsecond: in clear\n` },
  {
    name: 'merge markers around a value',
    harm: (text) => text.replace(/( +password: .*\n)/, '<<<<<<< ours\n$1=======\n$1>>>>>>> theirs\n'),
  },
];

/** What is wrong with the sops block. */
export const blockDamages: readonly Damage[] = [
  { name: 'no MAC', harm: (text) => text.replace(/ +mac: .*\n/, '') },
  { name: 'an empty MAC', harm: (text) => text.replace(/( +mac: ).*/, '$1""') },
  { name: 'a MAC that is no ciphertext', harm: (text) => text.replace(/( +mac: ).*/, '$1abcdef') },
  {
    name: 'a MAC with a changed character',
    harm: (text) =>
      text.replace(
        /( +mac: ENC\[AES256_GCM,data:)(.)/,
        (_, head, first) => head + (first === 'A' ? 'B' : 'A'),
      ),
  },
  {
    name: 'a value of the file as its MAC',
    harm: (text) =>
      text.replace(/( +mac: ).*/, (_, head) => head + (/password: (ENC\S+)/.exec(text)?.[1] ?? '')),
  },
  { name: 'another lastmodified', harm: (text) => text.replace(/(lastmodified: "?)\d{4}/, '$12001') },
  {
    name: 'a lastmodified that is no time',
    harm: (text) => text.replace(/(lastmodified: ).*/, '$1yesterday'),
  },
  { name: 'no lastmodified', harm: (text) => text.replace(/ +lastmodified: .*\n/, '') },
  { name: 'no version', harm: (text) => text.replace(/ +version: .*\n/, '') },
  { name: 'an empty version', harm: (text) => text.replace(/( +version: ).*/, '$1""') },
  { name: 'a version that is none', harm: (text) => text.replace(/( +version: ).*/, '$1latest') },
  { name: 'a version of the future', harm: (text) => text.replace(/( +version: ).*/, '$199.0.0') },
  {
    name: 'two selectors',
    harm: (text) =>
      text.replace(
        /( +)unencrypted_suffix: .*\n/,
        '$1unencrypted_suffix: _unencrypted\n$1encrypted_regex: ^x\n',
      ),
  },
  {
    name: 'another selector',
    harm: (text) => text.replace(/unencrypted_suffix: .*\n/, 'encrypted_regex: ^password$\n'),
  },
  {
    name: 'an invalid selector',
    harm: (text) => text.replace(/unencrypted_suffix: .*\n/, 'encrypted_regex: "(["\n'),
  },
  { name: 'no selector', harm: (text) => text.replace(/ +unencrypted_suffix: .*\n/, '') },
  {
    name: 'mac_only_encrypted added',
    harm: (text) => text.replace(/( +)version:/, '$1mac_only_encrypted: true\n$1version:'),
  },
  {
    name: 'a shamir_threshold that is no number',
    harm: (text) => text.replace(/( +)version:/, '$1shamir_threshold: many\n$1version:'),
  },
  {
    name: 'a huge shamir_threshold',
    harm: (text) => text.replace(/( +)version:/, '$1shamir_threshold: 900\n$1version:'),
  },
  { name: 'no keys', harm: (text) => text.replace(/ +age:\n(?: {8}.*\n)+/, '') },
  { name: 'keys that are no list', harm: (text) => text.replace(/( +)age:\n(?: {8}.*\n)+/, '$1age: 5\n') },
  {
    name: 'a damaged wrapped data key',
    harm: (text) =>
      text.replace(/(YWdlLWVuY3J5.{40})(.)/, (_, head, first) => head + (first === 'A' ? 'B' : 'A')),
  },
  {
    name: 'a wrapped data key without its end',
    harm: (text) => text.replace(/ +-----END AGE ENCRYPTED FILE-----\n/, ''),
  },
  {
    name: 'an empty wrapped data key',
    harm: (text) => text.replace(/( +)(- )?enc: \|\n(?: {12,}.*\n)+/, '$1$2enc: ""\n'),
  },
  {
    name: 'another recipient',
    harm: (text) =>
      text.replace(
        /recipient: age1\w+/,
        'recipient: age1lzd99uklcjnc0e7d860axevet2cz99ce9pq6tzuzd05l5nr28ams36nvun',
      ),
  },
  {
    name: 'a recipient that is none',
    harm: (text) => text.replace(/recipient: age1\w+/, 'recipient: nobody'),
  },
  {
    name: 'merge markers in the block',
    harm: (text) => text.replace(/( +mac: .*\n)/, '<<<<<<< ours\n$1=======\n$1>>>>>>> theirs\n'),
  },
  { name: 'no block', harm: data },
  { name: 'only the block', harm: block },
  { name: 'two blocks', harm: (text) => text + block(text) },
  { name: 'a block that is a number', harm: (text) => `${data(text)}sops: 1\n` },
  { name: 'a block that is a list', harm: (text) => `${data(text)}sops: [1]\n` },
  { name: 'a block that is null', harm: (text) => `${data(text)}sops: null\n` },
  { name: 'an empty block', harm: (text) => `${data(text)}sops: {}\n` },
];

/** What is wrong with the file as a whole. */
export const fileDamages: readonly Damage[] = [
  ...[0.1, 0.3, 0.5, 0.7, 0.9, 0.97].map((part) => ({
    name: `only the first ${part * 100} %`,
    harm: (text: string) => text.slice(0, Math.floor(text.length * part)),
  })),
  { name: 'nothing in it', harm: () => '' },
  { name: 'only a line break', harm: () => '\n' },
  { name: 'only a comment', harm: () => '# nothing\n' },
  { name: 'only ---', harm: () => '---\n' },
  { name: 'a single scalar', harm: () => 'word\n' },
  { name: 'a list', harm: () => '- word\n' },
  { name: 'binary data', harm: () => Uint8Array.from({ length: 4096 }, (_, index) => (index * 7919) & 0xff) },
  { name: 'NUL bytes', harm: () => new Uint8Array(1000) },
  { name: 'UTF-16', harm: (text) => Buffer.from(`\ufeff${text}`, 'utf16le') },
  { name: 'a NUL byte in the middle', harm: (text) => text.replace('password', 'pass\0word') },
  { name: 'a tab for indentation', harm: (text) => text.replace('    password', '\tpassword') },
  { name: 'an open quote', harm: (text) => `a: "open\n${text}` },
  { name: '1,000 levels of flow', harm: () => `a: ${'['.repeat(1000)}${']'.repeat(1000)}\n` },
  { name: '20,000 levels of flow', harm: () => `a: ${'['.repeat(20_000)}${']'.repeat(20_000)}\n` },
  { name: '200,000 open brackets', harm: () => '['.repeat(200_000) },
  {
    name: '1,000 levels of blocks',
    harm: () => Array.from({ length: 1000 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'),
  },
  {
    name: 'an alias bomb',
    harm: () =>
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'
        .split('')
        .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghij'[index]}`).join(',')}]`)
        .join('\n')}\n`,
  },
  { name: 'an alias to itself', harm: () => 'a: &a [*a]\n' },
  { name: 'an alias to nothing', harm: () => 'a: *nothing\n' },
];

export const damages: readonly Damage[] = [...valueDamages, ...blockDamages, ...fileDamages];
