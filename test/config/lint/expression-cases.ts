import { alice, type LintCase, ruleOf, secret } from './lint-case.ts';

const age = `age: ${alice}`;

function path(expression: string): string {
  return ruleOf(`path_regex: '${expression}'`, age);
}

function selector(line: string): string {
  return ruleOf(line, age);
}

/** Cases of the rules about single regular expressions, by code. */
export const expressionCases: Readonly<Record<string, readonly LintCase[]>> = {
  'config.invalid-regex': [
    { title: 'an open parenthesis', config: path('(a|b'), finds: ['error 2'] },
    { title: 'look-ahead', config: path('^(?!x)'), finds: ['error 2'], says: 'look-ahead' },
    { title: 'a glob', config: path('*.yaml'), finds: ['error 2'], says: '(^|/)[^/]*\\.yaml$' },
    {
      title: 'in a selector',
      config: selector("encrypted_regex: '^(data|stringData'"),
      finds: ['error 2'],
      says: 'encrypt nothing',
    },
    {
      title: 'in a destination rule',
      config: `${ruleOf(age)}destination_rules:\n  - path_regex: '['\n    s3_bucket: x\n`,
      finds: ['error 4'],
    },
    { title: 'of RE2 only', config: path('(?i)^secrets/\\pL+'), finds: [] },
  ],
  'config.glob': [
    {
      title: 'a star behind a slash',
      config: path('secrets/*.yaml'),
      finds: ['warning 2'],
      says: '[^/]*\\.yaml$',
    },
    { title: 'a star for a folder', config: path('apps/*/secret.yaml'), finds: ['warning 2'] },
    { title: 'braces', config: path('secrets/x.{yaml,json}'), finds: ['warning 2'], says: '(yaml|json)' },
    { title: 'half a glob', config: path('k8s/.*/*.enc.ya?ml'), finds: ['warning 2'], says: '[^/]*' },
    { title: 'an expression', config: path('secrets/[^/]*\\.(ya?ml|json)$'), finds: [] },
    { title: 'a number of times', config: path('^x/[0-9]{1,3}/a*\\.yaml$'), finds: [] },
    { title: 'alternatives with stars', config: path('(cluster/.*/.*|apps/.*/.*)\\.ya?ml$'), finds: [] },
  ],
  'config.regex-space': [
    {
      title: 'around the bar',
      config: selector('encrypted_regex: ^(data | stringData)$'),
      finds: ['error 2'],
      says: '^(data|stringData)$',
    },
    { title: 'at the end', config: selector("encrypted_regex: 'data '"), finds: ['error 2'] },
    { title: 'within a name', config: path('^my secrets/'), finds: [] },
    { title: 'none', config: selector('encrypted_regex: ^(data|stringData)$'), finds: [] },
  ],
  'config.matches-all': [
    {
      title: 'an empty alternative',
      config: path('apps/|'),
      finds: ['warning 2'],
      says: 'empty alternative',
    },
    {
      title: 'that leaves all readable',
      config: selector("unencrypted_regex: 'kind|'"),
      finds: ['error 2'],
      says: 'stays in plaintext',
    },
    { title: 'a star alone', config: path('x*'), finds: ['warning 2'] },
    { title: 'an unencrypted .*', config: selector("unencrypted_regex: '.*'"), finds: ['error 2'] },
    { title: 'on purpose', config: path('.*'), finds: [] },
    { title: 'all with anchors', config: selector("encrypted_regex: '^.*$'"), finds: [] },
    { title: 'an empty alternative between anchors', config: path('^(a|)\\.yaml$'), finds: [] },
  ],
  'config.regex-dot': [
    { title: 'before an extension', config: path('secrets/.*.yaml$'), finds: ['note 2'], says: '\\.yaml$' },
    { title: 'before sops', config: path('.*\\.x.sops.yaml'), finds: ['note 2'] },
    { title: 'escaped', config: path('.*\\.sops\\.ya?ml$'), finds: [] },
    { title: 'in brackets', config: path('x[.]yaml$'), finds: [] },
  ],
  'config.path-not-relative': [
    { title: 'from the root', config: path('^/secrets/'), finds: ['error 2'], says: '^secrets/' },
    { title: 'a slash in front', config: path('/secrets/.*'), finds: ['warning 2'], says: '^secrets/.*' },
    { title: 'from here', config: path('^\\./secrets/'), finds: ['error 2'], says: '^secrets/' },
    {
      title: 'a path of another machine',
      config: path('/abs/repo/secrets/'),
      files: { 'secrets/a.yaml': '' },
      finds: ['warning 2'],
      says: 'Write ^secrets/',
    },
    {
      title: 'a path of which nothing is here',
      config: path('^/home/me/repo/x/'),
      files: { 'secrets/a.yaml': '' },
      finds: ['error 2'],
      says: 'from the folder of .sops.yaml, behind',
    },
    { title: 'from home', config: path('^~/repo/'), finds: ['error 2'] },
    { title: 'a drive', config: path('^C:\\\\repo'), finds: ['error 2'] },
    { title: 'backslashes', config: path('secrets\\\\.*'), finds: ['warning 2'], says: 'Windows' },
    { title: 'either slash', config: path('^secrets[/\\\\].*'), finds: [] },
    { title: 'standard input', config: path('/dev/stdin'), finds: [] },
    { title: 'any folder', config: path('(^|/)secrets/'), finds: [] },
  ],
  'config.unanchored': [
    {
      title: 'the end of another name',
      config: path('secret/'),
      files: { 'nosecret/a.yaml': '', 'secret/a.yaml': '' },
      finds: ['note 2'],
      says: 'nosecret/a.yaml',
    },
    {
      title: 'a longer extension',
      config: path('secret/.*\\.yaml'),
      files: { 'secret/a.yaml.tpl': '', 'secret/a.yaml': '' },
      finds: ['note 2'],
      says: 'secret/a.yaml.tpl',
    },
    { title: 'no such file', config: path('secret/'), files: { 'secret/a.yaml': '' }, finds: [] },
    { title: 'anchors', config: path('^secret/'), files: { 'nosecret/a.yaml': '' }, finds: [] },
  ],
  'config.readable-secret': [
    {
      title: 'half of it',
      config: selector('encrypted_regex: ^data$'),
      finds: ['error 2'],
      says: 'stringData',
    },
    {
      title: 'a suffix, and a Secret',
      config: selector('encrypted_suffix: _secret'),
      files: { 'a.yaml': secret },
      finds: ['error 2'],
      says: 'a.yaml',
    },
    { title: 'a suffix, and none', config: selector('encrypted_suffix: _secret'), finds: ['note 2'] },
    {
      title: 'readable names without anchors',
      config: selector('unencrypted_regex: (apiVersion|kind|metadata|name)'),
      finds: ['error 2'],
      says: 'data.username',
    },
    {
      title: 'a key of an unlucky name',
      config: selector('unencrypted_regex: ^(apiVersion|kind|metadata|type)$'),
      files: { 'a.yaml': secret },
      finds: ['note 2'],
      says: 'data.type',
    },
    {
      title: 'a key of an unlucky name that is there',
      config: selector('unencrypted_regex: ^(apiVersion|kind|metadata|type)$'),
      files: { 'a.yaml': `${secret}  type: test\n` },
      finds: ['error 2'],
      says: 'stringData.type of the Secret in a.yaml',
    },
    {
      title: 'a key that is there, encrypted by another rule',
      config: selector('unencrypted_regex: ^(apiVersion|kind|metadata|p)$'),
      files: { 'a.yaml': `${secret}  p: ENC[AES256_GCM,data:x]\n` },
      finds: ['error 2'],
      says: 'stringData.p',
    },
    {
      title: 'a key that is there, in JSON',
      config: ruleOf("path_regex: '\\.json$'", 'unencrypted_regex: ^(apiVersion|kind|metadata|p)$', age),
      files: {
        'a.json':
          '{\n  "apiVersion": "v1",\n  "kind": "Secret",\n  "metadata": {"name": "x"},\n  "data": {"p": "dGVzdA=="}\n}\n',
      },
      finds: ['error 3'],
      says: 'data.p of the Secret in a.json',
    },
    {
      title: 'a placeholder that may stay',
      config: selector('unencrypted_regex: ^p$'),
      files: { 'a.yaml': `${secret}  p: \${P}\n` },
      finds: [],
    },
    {
      title: 'all of it',
      config: selector('encrypted_regex: ^(data|stringData)$'),
      files: { 'a.yaml': secret },
      finds: [],
    },
    { title: "sops' default", config: ruleOf(age), files: { 'a.yaml': secret }, finds: [] },
    {
      title: 'a file that is no manifest',
      config: ruleOf("path_regex: '\\.env$'", 'encrypted_suffix: _x', age),
      finds: [],
    },
  ],
  'config.regex-precedence': [
    {
      title: 'a selector without brackets',
      config: selector('encrypted_regex: ^data|stringData$'),
      finds: ['warning 2'],
      says: 'Write ^(data|stringData)$',
    },
    {
      title: 'a path without brackets',
      config: ruleOf("path_regex: '^apps/.*\\.yaml|infra/.*\\.yaml$'", age),
      finds: ['warning 2'],
    },
    { title: 'brackets', config: selector('encrypted_regex: ^(data|stringData)$'), finds: [] },
    { title: 'anchors for each', config: selector('encrypted_regex: ^data$|^stringData$'), finds: [] },
    { title: 'beginnings', config: ruleOf("path_regex: '^a/|^b/'", age), finds: [] },
    { title: 'a bar in a class', config: ruleOf("path_regex: '^[a|b]$'", age), finds: [] },
  ],
  'config.covers-nothing': [
    {
      title: 'a dotenv file',
      config: ruleOf("path_regex: '\\.(env|json)$'", 'encrypted_regex: ^(data|stringData)$', age),
      files: { 'a.env': 'A=test\n' },
      finds: ['warning 3'],
      says: 'a.env',
    },
    {
      title: 'a JSON file of a program',
      config: ruleOf("path_regex: '\\.(env|json)$'", 'encrypted_regex: ^(data|stringData)$', age),
      files: { 'a.json': '{"a": "test"}\n' },
      finds: ['warning 3'],
    },
    {
      title: 'a manifest in JSON',
      config: ruleOf("path_regex: '\\.json$'", 'encrypted_regex: ^(data|stringData)$', age),
      files: { 'a.json': '{\n  "apiVersion": "v1",\n  "kind": "Secret",\n  "metadata": {"name": "x"}\n}\n' },
      finds: [],
    },
    {
      title: 'a dotenv file that the rule does not speak of',
      config: ruleOf('encrypted_regex: ^(data|stringData)$', age),
      files: { 'a.env': 'A=test\n' },
      finds: [],
    },
    {
      title: 'a selector that covers it',
      config: ruleOf("path_regex: '\\.env$'", 'encrypted_regex: .', age),
      files: { 'a.env': 'A=test\n' },
      finds: [],
    },
  ],
  'config.encrypts-metadata': [
    {
      title: 'data within metadata',
      config: selector('encrypted_regex: data|stringData'),
      finds: ['warning 2'],
      says: 'metadata',
    },
    {
      title: 'everything, and a Secret',
      config: ruleOf(age),
      files: { 'a.yaml': secret },
      finds: ['warning 2'],
      says: 'a.yaml',
    },
    { title: 'everything, and no manifest', config: ruleOf(age), files: { 'a.yaml': 'x: 1\n' }, finds: [] },
    {
      title: 'everything, and a Secret in a List',
      config: ruleOf(age),
      files: { 'a.yaml': 'apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: Secret\n' },
      finds: ['warning 2'],
    },
    {
      title: 'everything, and a Secret in JSON',
      config: ruleOf(age),
      files: { 'a.json': '{\n  "apiVersion": "v1",\n  "kind": "Secret"\n}\n' },
      finds: ['warning 2'],
    },
    {
      title: 'everything, and an object that it encrypted',
      config: ruleOf(age),
      files: { 'a.yaml': 'apiVersion: ENC[x]\nkind: ENC[x]\nmetadata:\n  name: ENC[x]\n' },
      finds: ['warning 2'],
    },
    {
      title: 'everything, and a kubeconfig that it encrypted',
      config: ruleOf(age),
      files: { 'a.yaml': 'apiVersion: ENC[x]\nkind: ENC[x]\nusers: []\n' },
      finds: [],
    },
    {
      title: 'everything, and a reference to a Secret',
      config: ruleOf(age),
      files: { 'a.yaml': 'apiVersion: v2\nkind: HelmRelease\nvaluesFrom:\n  - kind: Secret\n' },
      finds: [],
    },
    {
      title: 'everything, and a chart',
      config: ruleOf(age),
      files: { 'a.yaml': `${secret}  x: {{ .Values.x }}\n` },
      finds: [],
    },
    {
      title: 'with anchors',
      config: selector('encrypted_regex: ^(data|stringData)$'),
      files: { 'a.yaml': secret },
      finds: [],
    },
  ],
  'config.comment-selector': [
    { title: 'any', config: selector('encrypted_comment_regex: secret'), finds: ['note 2'] },
    {
      title: 'for a Secret',
      config: selector('unencrypted_comment_regex: public'),
      files: { 'a.yaml': secret },
      finds: ['warning 2'],
    },
    { title: 'by keys', config: selector('encrypted_regex: ^(data|stringData)$'), finds: [] },
  ],
};
