import type { Grammar } from '#grammar'

/**
 * VoiceXML 2.0 section 2.3.6: `dtmfterm` "is equivalent to the definition of a local DTMF grammar which
 * matches any DTMF input".
 */
export const ANY_KEY_GRAMMAR: Grammar = {
  uri: 'record:dtmfterm',
  mode: 'dtmf',
  language: '',
  tagFormat: 'none',
  root: 'key',
  rules: new Map([
    [
      'key',
      {
        id: 'key',
        scope: 'public',
        expansion: {
          kind: 'alternatives',
          choices: [...'0123456789*#ABCD'].map((key) => ({
            weight: 1,
            expansion: { kind: 'token', words: [key] },
          })),
        },
      },
    ],
  ]),
  headerTags: [],
  externals: new Map(),
}
