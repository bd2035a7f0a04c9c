/**
 * foreign-keys.json: what the key packages of github.com/getsops/sops/v3 v3.13.3 call the keys in a text, and which
 * texts they refuse. Invented keys; no cloud is asked (an Azure key without a version would be, so there is none).
 */
const arn = 'arn:aws:kms:us-east-1:656532927350:key/920aff2e-c5f1-4040-943a-047fa387b27e';
const role = 'arn:aws:iam::927034868273:role/sops-dev';

const kms = [
  { text: '' },
  { text: arn },
  { text: `${arn}+${role}` },
  { text: ` ${arn} + ${role} , ${arn}` },
  { text: 'foo+bar,x' },
  { text: arn, profile: 'dev' },
  { text: arn, context: { B: '3', a: '1', b: '2', é: '4' } },
  { text: `${arn}+${role}`, context: { App: 'x' }, profile: 'dev' },
];

const texts = {
  gcp_kms: ['', 'projects/p/locations/global/keyRings/r/cryptoKeys/k', ' a b , c'],
  hckms: ['', 'eu-de:1234-5678', ' eu-de:12 , cn-north-4:a:b ', ',,', 'nocolon', ':x', 'x:', ' : '],
  azure_kv: [
    '',
    'https://v.vault.azure.net/keys/k/0123',
    ' https://v.vault.azure.net/keys/k/01 , https://w/keys/k/2',
    'http://v/keys/k/1',
    'https://v/keys/k/1/2',
    'https://v/secrets/k/1',
    'https://v/keys//1',
    'nonsense',
    'https://v/keys/k/1,',
  ],
  hc_vault: [
    '',
    'https://vault.example.com:8200/v1/transit/keys/name',
    'http://127.0.0.1:8200/v1/a/b/keys/n,https://x/v2/t/keys/m,',
    'HTTPS://Vault.Example/v1/transit/keys/n/',
    'https://vault.example/prefix/v1/transit/keys/n',
    'https://vault.example/v1/transit',
    'vault.example/v1/transit/keys/n',
    'vault.example:8200/v1/transit/keys/n',
    'https://vault.example/',
    'https://vault.example/v1//transit/keys/n',
    'https://v/v1/t/keys/n?x=1',
    'https://u:p@v/v1/t/keys/n',
  ],
};

export function record({ askGo, write }) {
  const requests = [
    ...kms.map((request) => ({ source: 'kms', ...request })),
    ...Object.entries(texts).flatMap(([source, list]) => list.map((text) => ({ source, text }))),
  ];
  const answers = askGo('foreign-keys', requests);
  const file = {
    comment:
      'Invented keys. Recorded from the key packages of github.com/getsops/sops/v3 v3.13.3: text in, ToString out.',
    parsed: requests.map((request, index) => ({ ...request, ...answers[index] })),
  };
  write('foreign-keys.json', `${JSON.stringify(file, null, 1)}\n`);
}
