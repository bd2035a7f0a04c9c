/** The plain files that are encrypted, one a format, with everything that sops gives back as it was. */
const yaml = `# the head of the file
apiVersion: v1
kind: Secret
metadata:
    name: made-up # sops:enc
    # note: sops:plain
    labels_unencrypted:
        tier: backend
stringData:
    # sops:enc
    password: made-up
    name_enc: value
    url: postgres://app:made-up@db/app?sslmode=disable
    multi: |
        first line
        second line
    quoted: "12"
    empty: ""
    unicode: ünï 日本語 😀
types:
    int: 12
    big: 9223372036854775807
    float: 1.25
    exponent: 1e+30
    "true": true
    nothing: null
    time: 2024-01-02T03:04:05Z
    map: {}
    list: []
list:
    - one
    # between
    - two
    - name: three
      value: 3
    - - nested
      - 4
`;

/** Each document has the metadata again: a few files with two are enough. */
const documents = `${yaml}---
# a second document
password: another
`;

const json = `{
	"kind": "Secret",
	"metadata": {
		"name": "made-up",
		"labels_unencrypted": {
			"tier": "backend"
		}
	},
	"stringData": {
		"password": "made-up",
		"name_enc": "value",
		"multi": "first line\\nsecond line\\n",
		"html": "\\u003ca href=\\"x\\"\\u003e",
		"unicode": "ünï 😀",
		"empty": ""
	},
	"types": {
		"int": 12,
		"float": 1.25,
		"true": true,
		"nothing": null
	},
	"list": [
		"one",
		2,
		{
			"name": "three"
		},
		[
			"nested"
		]
	]
}
`;

const dotenv = `# the head of the file
KIND=Secret
# sops:enc
password=made-up
name_enc=value with spaces
tier_unencrypted="quotes stay"
MULTI=first line\\nsecond line
EMPTY=
# the end
`;

const ini = `; the head of the file
[metadata]
name = made-up

; sops:enc
[stringData]
password = made-up
; a comment
name_enc = value with spaces
url      = https://example.com/?a=b
tier_unencrypted = backend
`;

const binary = Buffer.concat([Buffer.from('made-up \u00fc\r\n'), Buffer.from([0, 1, 2, 0xff, 0xfe, 10])]);

/** `parts` are paths for --extract; `set` and `unset` are what these commands get. */
export const formats = {
  yaml: {
    ending: 'yaml',
    bytes: Buffer.from(yaml),
    documents: Buffer.from(documents),
    parts: [
      '["stringData"]["password"]',
      '["list"]',
      '["list"][0]',
      '["types"]',
      '["types"]["float"]',
      '["nope"]',
    ],
    set: ['["stringData"]["added"]', '{"a": "new", "b": [1, true]}'],
    unset: ['["stringData"]["url"]'],
  },
  json: {
    ending: 'json',
    bytes: Buffer.from(json),
    parts: [
      '["stringData"]["multi"]',
      '["list"]',
      '["list"][1]',
      '["types"]',
      '["types"]["int"]',
      '["list"][9]',
    ],
    set: ['["list"][1]', '"new"'],
    unset: ['["stringData"]["html"]'],
  },
  dotenv: {
    ending: 'env',
    bytes: Buffer.from(dotenv),
    parts: ['["password"]', '["MULTI"]', '["NOPE"]'],
    set: ['["password"]', '"new\\nlines"'],
    unset: ['["EMPTY"]'],
  },
  ini: {
    ending: 'ini',
    bytes: Buffer.from(ini),
    parts: ['["stringData"]["password"]', '["metadata"]', '["nope"]'],
    set: ['["stringData"]["added"]', '"new"'],
    unset: ['["stringData"]["url"]'],
  },
  binary: { ending: 'bin', bytes: binary, parts: [] },
};

/** As in a creation rule of `.sops.yaml`. */
export const selectors = {
  'unencrypted-suffix': { unencrypted_suffix: '_unencrypted' },
  'encrypted-suffix': { encrypted_suffix: '_enc' },
  'unencrypted-regex': { unencrypted_regex: '^(apiVersion|kind|metadata|types)$' },
  'encrypted-regex': { encrypted_regex: '^(stringData|list|(?i)PASSWORD)$' },
  'unencrypted-comment-regex': { unencrypted_comment_regex: 'sops:plain' },
  'encrypted-comment-regex': { encrypted_comment_regex: '\\bsops:enc$' },
  're2-regex': { encrypted_regex: '^[\\pL_]{8,}$' },
  'mac-only-encrypted': { encrypted_regex: '^(stringData|password)$', mac_only_encrypted: true },
};
