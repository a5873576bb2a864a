import { isPlaceholder } from './placeholder.js';

describe('a placeholder', () => {
  it.each([
    'changeme',
    'CHANGE_ME',
    'change-me-please',
    'ChangeThis!',
    'secret',
    'Secret123',
    '"secret"',
    'my-secret-key',
    'super_secret',
    'your-secret-here',
    'your_jwt_secret',
    'replace me with a secret',
    'insert your key here',
    'keyboard cat',
    'password',
    'postgres',
    'undefined',
    'null',
    '<your secret>',
    '${JWT_SECRET}',
    '$(JWT_SECRET)',
    '{{ .Values.secret }}',
    'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
    'abababababababababababababababababab',
    '1234567890',
    '123456',
    'DO NOT USE THIS VALUE. INSTEAD, CREATE A COMPLEX SECRET AND KEEP IT SAFE OUTSIDE OF THE SOURCE CODE.',
  ])('is %j', (value) => {
    expect(isPlaceholder(value)).toBe(true);
  });

  it.each([
    '',
    '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'GOCSPX-4Fq7s9Ka2LmZpQx8RtVbNc3W',
    'correct horse battery staple of this team',
    'yourself-included-8d2k',
    'secretariat-of-1973-ran-well',
    'test_4eC39HqLyjWDarjtT1zdp7dc',
    '\u{1F510}\u{1F511}\u{1F512}\u{1F513}-k3y',
  ])('is not %j', (value) => {
    expect(isPlaceholder(value)).toBe(false);
  });
});
